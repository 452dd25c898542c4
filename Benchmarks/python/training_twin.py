"""A PyTorch twin of the small decoder that sigmascope trains, with its speed on a CPU.

    taskset -c 0 python training_twin.py --width 64 --threads 1 --repeats 20

Two jobs in float32: sampling answers, and one step of a policy gradient (low-rank and full). Where
PyTorch offers several ways, each is tried first, the fastest is kept and timed in full; the rates
of the others stand beside it. The fastest is also tried through `torch.compile`. Prints one line
of JSON.

A share of peak divides 2 FLOP (sampling) or 6 FLOP (training) per matrix parameter and token by
what `torch.mm` reaches on 1024 x 1024 matrices on one core in the same run, times the threads.
Attention, the prompts' positions in sampling and the adapters count as no work, so the shares are a
little low. A low-rank step with thin products needs no gradients of the frozen matrices: it does
about 4 FLOP, so its share, counted at 6, may pass 1.
"""

import argparse
import contextlib
import ctypes
import json
import platform
import signal
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

LAYERS, HEAD, VOCABULARY, END = 2, 16, 16, 15
PROMPTS, SAMPLES, PROMPT, ANSWER = 32, 8, 8, 12
ROWS, LENGTH = PROMPTS * SAMPLES, PROMPT + ANSWER
RANK, SCALE = 8, 2.0


# The model


class Adapted(nn.Module):
    """A frozen matrix with a low-rank update, added to it or applied as two thin products."""

    def __init__(self, base: nn.Linear, added: bool):
        super().__init__()
        self.weight = nn.Parameter(base.weight.detach(), requires_grad=False)
        self.a = nn.Parameter(torch.randn(RANK, base.in_features) / base.in_features**0.5)
        self.b = nn.Parameter(torch.zeros(base.out_features, RANK))
        self.added = added

    def forward(self, x: Tensor) -> Tensor:
        if self.added:
            return F.linear(x, torch.addmm(self.weight, self.b, self.a, alpha=SCALE))
        return torch.addmm(F.linear(x, self.weight), F.linear(x, self.a), self.b.T, alpha=SCALE)


class Parallel(nn.Module):
    """Matrices that read the same input: one after the other, or stacked into one product."""

    def __init__(self, inputs: int, outputs: int, count: int, joined: bool):
        super().__init__()
        self.count, self.joined = count, joined
        shapes = [count * outputs] if joined else [outputs] * count
        self.parts = nn.ModuleList(nn.Linear(inputs, size, bias=False) for size in shapes)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        if self.joined:
            return self.parts[0](x).chunk(self.count, dim=-1)
        return tuple(part(x) for part in self.parts)


def kernel_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, causal: bool) -> Tensor:
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)


def plain_attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, causal: bool) -> Tensor:
    scores = q @ k.transpose(-1, -2) * HEAD**-0.5
    if causal:
        mask = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool).tril()
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return scores.softmax(-1) @ v


ATTENTION = {"kernel": kernel_attention, "plain": plain_attention}


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)


class Layer(nn.Module):
    """One decoder layer on rows of tokens `[rows * length, width]`."""

    def __init__(self, width: int, joined: bool, attention: str):
        super().__init__()
        inner = 11 * width // 4
        self.before, self.between = nn.RMSNorm(width, 1e-6), nn.RMSNorm(width, 1e-6)
        self.qkv = Parallel(width, width, 3, joined)
        self.out = nn.Linear(width, width, bias=False)
        self.gate_up = Parallel(width, inner, 2, joined)
        self.down = nn.Linear(inner, width, bias=False)
        self.attention = ATTENTION[attention]

    def forward(self, x: Tensor, rows: int, turn: tuple[Tensor, Tensor], start=0, cache=None):
        split = (rows, -1, x.shape[-1] // HEAD, HEAD)
        q, k, v = (part.view(split).transpose(1, 2) for part in self.qkv(self.before(x)))
        q, k, mask, causal = rotated(q, *turn), rotated(k, *turn), None, q.shape[2] > 1
        if cache is not None:
            k, v, mask = remembered(cache, k, v, start)
        mixed = self.attention(q, k, v, mask, causal)
        x = x + self.out(mixed.transpose(1, 2).reshape(x.shape))
        gate, up = self.gate_up(self.between(x))
        return x + self.down(F.silu(gate) * up)


def remembered(cache: Tensor, k: Tensor, v: Tensor, start) -> tuple[Tensor, Tensor, Tensor | None]:
    """Writes keys and values; a start held in a tensor keeps all shapes fixed, to compile."""
    if isinstance(start, int):
        end = start + k.shape[2]
        cache[0, :, :, start:end], cache[1, :, :, start:end] = k, v
        return cache[0, :, :, :end], cache[1, :, :, :end], None
    cache[0].index_copy_(2, start, k)
    cache[1].index_copy_(2, start, v)
    return cache[0], cache[1], (torch.arange(LENGTH) <= start).unsqueeze(0)


class Decoder(nn.Module):
    def __init__(self, width: int, joined: bool = False, attention: str = "kernel"):
        super().__init__()
        self.width = width
        self.embedding = nn.Embedding(VOCABULARY, width)
        self.layers = nn.ModuleList(Layer(width, joined, attention) for _ in range(LAYERS))
        self.norm = nn.RMSNorm(width, 1e-6)
        self.head = nn.Linear(width, VOCABULARY, bias=False)
        angles = torch.outer(torch.arange(LENGTH), 1000.0 ** (-torch.arange(0, HEAD, 2) / HEAD))
        self.register_buffer("cos", angles.cos())
        self.register_buffer("sin", angles.sin())
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, tokens: Tensor, last: int, start=0, cache=None) -> Tensor:
        """Logits `[rows, last, vocabulary]` of the last positions: nobody needs the others."""
        rows, length = tokens.shape
        place = slice(start, start + length) if isinstance(start, int) else start
        turn = (self.cos[place], self.sin[place])
        x = self.embedding(tokens).view(rows * length, self.width)
        for index, layer in enumerate(self.layers):
            x = layer(x, rows, turn, start, None if cache is None else cache[index])
        return self.head(self.norm(x.view(rows, length, -1)[:, length - last :]))

    def adapted(self, added: bool) -> "Decoder":
        """Freezes everything and puts an adapter on each linear layer but the head."""
        self.requires_grad_(False)
        for layer in self.layers:
            layer.out, layer.down = Adapted(layer.out, added), Adapted(layer.down, added)
            for group in (layer.qkv, layer.gate_up):
                group.parts = nn.ModuleList(Adapted(part, added) for part in group.parts)
        return self


def matrix_parameters(width: int) -> int:
    return LAYERS * (4 * width * width + 3 * width * (11 * width // 4)) + VOCABULARY * width


# Sampling


@torch.inference_mode()
def sampled(model: Decoder, prompts: Tensor, leave_below: float, step: Callable | None) -> int:
    """Answers every prompt and counts the tokens drawn for answers that had not ended.

    Ended answers leave the batch once the live share of its rows is under `leave_below`: never at 0
    (they are computed and ignored), at once at 1.
    """
    shape = (LAYERS, 2, PROMPTS, model.width // HEAD, LENGTH, HEAD)
    # A fixed-shape step reads the unwritten places too, behind a mask: they must be finite.
    cache = torch.empty(shape) if step is None else torch.zeros(shape)
    logits = model(prompts, 1, 0, cache)[:, 0].repeat_interleave(SAMPLES, 0)
    cache = cache.repeat_interleave(SAMPLES, 2)
    live, count = torch.ones(ROWS, dtype=torch.bool), 0
    for position in range(PROMPT, LENGTH):
        tokens = torch.multinomial(logits.softmax(-1), 1)
        alive = int(live.sum())
        count += alive
        live &= tokens[:, 0] != END
        alive = int(live.sum())
        if alive == 0 or position == LENGTH - 1:
            break
        if alive < leave_below * len(live):
            kept = live.nonzero()[:, 0]
            cache, tokens, live = cache.index_select(2, kept), tokens[kept], live[kept]
        start = position if step is None else torch.tensor([position])
        logits = (model if step is None else step)(tokens, 1, start, cache)[:, 0]
    return count


@dataclass
class Timing:
    """Seconds of each repeat beside the tokens it handled."""

    seconds: list[float]
    tokens: list[int]

    def rates(self) -> list[float]:
        return [count / second for count, second in zip(self.tokens, self.seconds)]


def timed(job: Callable[[], int], repeats: int, warmup: int = 3) -> Timing:
    for _ in range(warmup):
        job()
    timing = Timing([], [])
    for _ in range(repeats):
        begin = time.perf_counter()
        count = job()
        timing.seconds.append(time.perf_counter() - begin)
        timing.tokens.append(count)
    return timing


def sampling_jobs(width: int) -> dict[str, Callable[[], Callable[[], int]]]:
    prompts = torch.randint(0, END, (PROMPTS, PROMPT))

    def eager(joined: bool, attention: str, leave_below: float) -> Callable[[], int]:
        return partial(sampled, Decoder(width, joined, attention), prompts, leave_below, None)

    def compiled(joined: bool, attention: str) -> Callable[[], int]:
        model = Decoder(width, joined, attention)
        return partial(sampled, model, prompts, 0.0, torch.compile(model, dynamic=False))

    leaving = {"masked": 0.0, "dropped under 3/4": 0.75, "dropped at once": 1.0}
    jobs = {}
    for joined in (False, True):
        for attention in ATTENTION:
            name = f"{'joined' if joined else 'separate'}, {attention}"
            for when, share in leaving.items():
                jobs[f"{name}, {when}"] = partial(eager, joined, attention, share)
            jobs[f"{name}, masked, compiled"] = partial(compiled, joined, attention)
    return jobs


# Training


def training_step(loss: Callable, optimizer: torch.optim.Optimizer, batch: tuple) -> int:
    loss(*batch).backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return ROWS * (LENGTH - 1)


def policy_loss(model: Decoder, tokens: Tensor, advantages: Tensor) -> Tensor:
    logits = model(tokens[:, :-1], ANSWER)
    chosen = tokens[:, PROMPT:].unsqueeze(-1)
    logp = logits.log_softmax(-1).gather(-1, chosen).squeeze(-1)
    return -(advantages.unsqueeze(-1) * logp).mean()


def training_jobs(width: int, adapted: bool) -> dict[str, Callable[[], Callable[[], int]]]:
    batch = (torch.randint(0, VOCABULARY, (ROWS, LENGTH)), torch.randn(ROWS))

    def build(choice: bool, attention: str, compiled: bool) -> Callable[[], int]:
        model = Decoder(width, joined=not adapted and choice, attention=attention)
        if adapted:
            model = model.adapted(added=choice)
        trained = [p for p in model.parameters() if p.requires_grad]
        loss = partial(policy_loss, model)
        if compiled:
            loss = torch.compile(loss, dynamic=False)
        return partial(training_step, loss, torch.optim.AdamW(trained, lr=1e-4, fused=True), batch)

    names = {True: "W+sBA", False: "thin"} if adapted else {True: "joined", False: "separate"}
    return {
        f"{names[choice]}, {attention}{', compiled' if compiled else ''}": partial(
            build, choice, attention, compiled
        )
        for compiled in (False, True)
        for choice in (True, False)
        for attention in ATTENTION
    }


# Choosing and reporting


class TooSlow(Exception):
    """A compilation that took longer than allowed."""


@contextlib.contextmanager
def within(seconds: int):
    def stop(*_):
        raise TooSlow(f"not within {seconds} s")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def counterpart(builders: dict, order: list[str]) -> str | None:
    """The compiled variant of the fastest eager one that has such a variant."""
    return next((f"{name}, compiled" for name in order if f"{name}, compiled" in builders), None)


def result(job: Callable[[], int], name: str, repeats: int, share: float) -> dict:
    timing = timed(job, repeats, warmup=1)
    median, best = statistics.median(timing.rates()), max(timing.rates())
    return {
        "variant": name,
        "tokens_per_second": {"median": round(median), "best": round(best)},
        "milliseconds": round(1e3 * statistics.median(timing.seconds), 2),
        "share_of_peak": {"median": round(median * share, 3), "best": round(best * share, 3)},
    }


def fastest(builders: dict, repeats: int, compiling: int, share: float) -> dict:
    """Tries every eager variant shortly, times the fastest in full, then its compiled counterpart.

    Variants are judged by their best rate: a disturbed second must not decide. `share` is the share
    of peak of one token per second.
    """
    trial = max(3, repeats // 4)
    eager = [name for name in builders if not name.endswith("compiled")]
    jobs = {name: builders[name]() for name in eager}
    tried = {name: max(timed(job, trial, warmup=2).rates()) for name, job in jobs.items()}
    order = sorted(eager, key=lambda name: -tried[name])
    report = {"eager": result(jobs[order[0]], order[0], repeats, share)}
    if compiling and (name := counterpart(builders, order)):
        report["compiled"] = compiled_result(builders[name], name, repeats, compiling, share)
    return report | {"tried": {name: round(rate) for name, rate in tried.items()}}


def compiled_result(build: Callable, name: str, repeats: int, compiling: int, share: float) -> dict:
    begin = time.perf_counter()
    try:
        with within(compiling):
            job = build()
            job()
    except Exception as problem:  # no compiler, or too slow: a fact to report, not a failure
        reason = f"{type(problem).__name__}: {problem}".splitlines()[0][:120]
        return {"variant": name, "failed": reason}
    waited = round(time.perf_counter() - begin, 1)
    return result(job, name, repeats, share) | {"seconds_to_compile": waited}


def peak_of_one_core() -> float:
    torch.set_num_threads(1)
    left, right, out = torch.randn(1024, 1024), torch.randn(1024, 1024), torch.empty(1024, 1024)
    timing = timed(lambda: torch.mm(left, right, out=out).shape[0], 20)
    return 2 * 1024**3 / min(timing.seconds)


def keep_memory() -> bool:
    """Lets the C library keep freed blocks instead of faulting them in again and again."""
    try:
        library = ctypes.CDLL(None)
        trim_threshold, mmap_maximum = -1, -4
        return bool(library.mallopt(mmap_maximum, 0) and library.mallopt(trim_threshold, 2**31 - 1))
    except (OSError, AttributeError):
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--width", type=int, default=64, help="a multiple of 64")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--compile", type=int, default=60, metavar="SECONDS",
                        help="longest wait for a compiled variant; 0 tries none")
    parser.add_argument("--default-memory", action="store_true",
                        help="leave the C library's allocator as it is")
    options = parser.parse_args()

    kept = False if options.default_memory else keep_memory()
    torch.manual_seed(0)
    one_core = peak_of_one_core()
    torch.set_num_threads(options.threads)
    peak, parameters = one_core * options.threads, matrix_parameters(options.width)
    choose = partial(fastest, repeats=options.repeats, compiling=options.compile)
    report = {
        "width": options.width, "threads": options.threads, "repeats": options.repeats,
        "matrix_parameters": parameters, "peak_gflops_one_core": round(one_core / 1e9, 1),
        "memory_kept": kept, "torch": torch.__version__, "python": platform.python_version(),
        "sampling": choose(sampling_jobs(options.width), share=2 * parameters / peak),
        "low_rank": choose(training_jobs(options.width, adapted=True), share=6 * parameters / peak),
        "full": choose(training_jobs(options.width, adapted=False), share=6 * parameters / peak),
    }
    report["peak_gflops_one_core_after"] = round(peak_of_one_core() / 1e9, 1)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
