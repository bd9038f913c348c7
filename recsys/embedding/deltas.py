"""What tuning changed in an encoder's weights, in one byte a weight.

A tuned model is shipped as the difference from the model that everybody can get. Matrices are
kept as whole numbers from -127 to 127 with one scale a row, everything else in half precision.
A low-rank form was tried and lost: rank 128, half the size, costs 0.7 points of accuracy, rank
32 four and a half.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

LARGEST = 127
SCALE = ".scale"

State = Mapping[str, torch.Tensor]


class DeltasUnreadable(RuntimeError):
    """The file of differences is missing, damaged, or made for another model."""


def write_deltas(before: State, after: State, path: Path) -> None:
    """Write the difference of two states of one model; weights that stayed are left out."""
    content: dict[str, torch.Tensor] = {}
    for name, old in before.items():
        delta = (after[name] - old).float()
        if not delta.any():
            continue
        if delta.dim() < 2:
            content[name] = delta.half()
            continue
        scale = delta.abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / LARGEST
        content[name] = torch.round(delta / scale).to(torch.int8)
        content[name + SCALE] = scale
    save_file(content, str(path))


def add_deltas(state: State, path: Path) -> dict[str, torch.Tensor]:
    """The state with the differences added. Raises DeltasUnreadable."""
    try:
        content = load_file(str(path))
    except (OSError, SafetensorError) as error:
        raise DeltasUnreadable(f"{path} cannot be read ({error})") from error
    tuned = dict(state)
    for name, delta in content.items():
        if name.endswith(SCALE):
            continue
        scale = content.get(name + SCALE)
        added = delta.float() if scale is None else delta.float() * scale
        if name not in tuned or tuned[name].shape != added.shape:
            raise DeltasUnreadable(f"{path} was made for another model: {name} does not fit")
        tuned[name] = tuned[name] + added
    return tuned
