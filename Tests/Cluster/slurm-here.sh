#!/bin/bash
# A real Slurm of N pretended nodes on this machine, without systemd; as root: slurm-here.sh start|stop FOLDER [N]
# Debian: apt-get install slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge
set -eu
folder=$(realpath -m "$2") n=${3:-4}
export SLURM_CONF=$folder/slurm.conf

start() {
  mkdir -p "$folder"/{state,log,run}
  cat > "$SLURM_CONF" <<CONF
ClusterName=here
SlurmctldHost=localhost
SlurmctldPort=16817
AuthType=auth/munge
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
# PMIx makes a folder of one name for a job there: each node needs its own.
TmpFS=$folder/tmp/%n
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd-%n.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=pmix
ReturnToService=2
KillWait=2
SchedulerParameters=bf_interval=2
# Believe in more processors than the machine has.
SlurmdParameters=config_overrides
NodeName=n[1-$n] NodeHostname=localhost NodeAddr=127.0.0.1 Port=[17001-$((17000 + n))] CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
  # Without this file, slurmd ends where the control groups are of version 2.
  echo "CgroupPlugin=cgroup/v1" > "$folder/cgroup.conf"
  for i in $(seq "$n"); do mkdir -p "$folder/spool/n$i" "$folder/tmp/n$i"; done
  if ! munge -n > /dev/null 2>&1; then
    install -d -o munge -g munge -m 755 /run/munge
    install -d -o munge -g munge -m 700 /var/log/munge
    setpriv --reuid=munge --regid=munge --init-groups /usr/sbin/munged
  fi
  slurmctld -c
  # A host name for each: the shared memory of Open MPI is named after it.
  for i in $(seq "$n"); do unshare --uts bash -c "hostname n$i && exec slurmd -c -N n$i"; done
  for _ in $(seq 100); do
    [ "$(sinfo -h -t idle -o %D 2> /dev/null)" = "$n" ] && return
    sleep 0.1
  done
  sinfo
  tail -n 20 "$folder"/log/*.log
  return 1
}

stop() {
  scancel -u root 2> /dev/null || true
  for file in "$folder"/run/*.pid; do kill "$(cat "$file")" 2> /dev/null || true; done
}

"$1"
