"""Print the ranks that the rules of kohya-ss/sd-scripts choose for a known spectrum, for RankRuleTests.

The rules are written down from `networks/resize_lora.py` as it counts since it begins at zero. Needs torch.
"""

import torch


def first_at_least(shares: torch.Tensor, target: float) -> int:
    return int(torch.searchsorted(shares, target))


def sv_cumulative(values: torch.Tensor, target: float) -> int:
    return first_at_least(torch.cumsum(values, 0) / values.sum(), target)


def sv_fro(values: torch.Tensor, target: float) -> int:
    return first_at_least(torch.cumsum(values**2, 0) / (values**2).sum(), target**2)


def sv_ratio(values: torch.Tensor, target: float) -> int:
    return int((values > values[0] / target).sum()) - 1


RULES = {"SingularValueSumRule": sv_cumulative, "FrobeniusRule": sv_fro, "RatioRule": sv_ratio}
TARGETS = {"RatioRule": (1.5, 2, 5, 10, 100), None: (0.3, 0.5, 0.9, 0.95, 0.99)}

if __name__ == "__main__":
    spectrum = torch.tensor([0.8**i for i in range(32)], dtype=torch.float64)
    for rule, index in RULES.items():
        for target in TARGETS.get(rule, TARGETS[None]):
            rank = max(0, min(index(spectrum, target), len(spectrum) - 1)) + 1
            print(f"({rule}.name, {target}, {rank}),")
