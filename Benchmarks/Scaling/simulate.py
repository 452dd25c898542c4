#!/usr/bin/env python3
"""How evenly shares of an analysis keep nodes busy, by simulation: python3 Benchmarks/Scaling/simulate.py

The costs are those of full updates (AnalysisGroup.unitCost); groups are divided and shared as Sources/Experiments does it
(parts(for:), Shard.share). A node does one piece after another at 1 TF/s, give or take 15 %; what a piece takes differs from its estimate
by 25 % (lognormal, seeded). Printed: the time of the last node over the time if all were busy to the end; median of 5 draws.
"""
import heapq
import math
import random
import statistics

START = 3.0  # seconds that a task of an array takes to begin
RATE = 1e12


def llama_8b():
    layer = [(4096, 4096), (1024, 4096), (1024, 4096), (4096, 4096), (14336, 4096), (14336, 4096), (4096, 14336)]
    return layer * 32 + [(128256, 4096)] * 2


def moe_671b():
    attention = [(1536, 7168), (24576, 1536), (576, 7168), (32768, 512), (7168, 16384)]
    dense = [(18432, 7168)] * 3
    expert = [(2048, 7168)] * 3
    return (attention + dense) * 3 + (attention + expert * 257 + [(256, 7168)]) * 58 + [(129280, 7168)] * 2


def unit_cost(shape):
    p, long = min(shape), max(shape)
    return 3 * long * p * p + 12 * p**3


def pieces(shapes, units, processes):
    """The costs of all pieces, the costliest first."""
    costs = [(units + 1) * unit_cost(shape) for shape in shapes]
    limit = sum(costs) / (8 * processes)
    parts = []
    for shape, cost in zip(shapes, costs):
        count = max(1, min(math.ceil(cost / limit), units // 4))
        for i in range(count):
            own = (i + 1) * units // count - i * units // count
            parts.append((own + 1) * unit_cost(shape))
    return sorted(parts, reverse=True)


def shares(costs, count):
    """The pieces of each shard: the costliest goes to the shard that has least."""
    loads = [(0.0, index) for index in range(count)]
    own = [[] for _ in range(count)]
    for index, cost in enumerate(costs):
        load, shard = heapq.heappop(loads)
        own[shard].append(index)
        heapq.heappush(loads, (load + cost, shard))
    return own


def hand_out(times, speeds, start=0.0):
    """The end of the last node if each takes the next piece when it is free."""
    free = [(0.0, node) for node in range(len(speeds))]
    end = 0.0
    for time in times:
        at, node = heapq.heappop(free)
        at += start + time / speeds[node]
        end = max(end, at)
        heapq.heappush(free, (at, node))
    return end


def draw(costs_of, nodes, seed):
    """Three ends over the ideal: n shards, 8n shards in an array, ranks."""
    generator = random.Random(seed)
    speeds = [RATE * generator.uniform(0.85, 1.15) for _ in range(nodes)]

    def real(costs):
        return [cost * generator.lognormvariate(-0.25**2 / 2, 0.25) for cost in costs]

    results = []
    for count in [nodes, 8 * nodes]:
        costs = costs_of(count)
        times = real(costs)
        own = [sum(times[i] for i in share) for share in shares(costs, count)]
        if count == nodes:
            end = max(START + time / speed for time, speed in zip(own, speeds))
        else:
            end = hand_out(own, speeds, START)
        results.append(end / (sum(times) / sum(speeds)))
    times = real(costs_of(nodes))
    results.append(hand_out(times, speeds) / (sum(times) / sum(speeds)))
    return results


def main():
    print("| plan, 20 checkpoints | operations | nodes | n shards | 8n shards, array | ranks |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, shapes in [("8B, dense", llama_8b()), ("671B, mixture of experts", moe_671b())]:
        total = sum(21 * unit_cost(shape) for shape in shapes)
        for nodes in [4, 16, 64]:
            known = {}

            def costs_of(count):
                if count not in known:
                    known[count] = pieces(shapes, 20, count)
                return known[count]

            draws = [draw(costs_of, nodes, seed) for seed in range(5)]
            medians = [statistics.median(column) for column in zip(*draws)]
            cells = " | ".join(f"{value:.2f} ({100 / value:.0f} %)" for value in medians)
            print(f"| {name} | {total / 1e15:.1f} PF | {nodes} | {cells} |")


if __name__ == "__main__":
    main()
