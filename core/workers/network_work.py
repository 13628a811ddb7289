"""What one call of a network costs, counted and not timed: multiply-adds, operators, numbers written, weights moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.workers import reference_costs

if TYPE_CHECKING:
    import torch


@dataclass
class NetworkWork:
    """Counts of one or more calls.

    Attributes:
        products: multiply-adds by kind of operator ("matrix", "convolution", "narrow": grouped convolutions, whose
            multiply-adds take longer). operators: calls that compute something. numbers: elements they wrote.
        weights, tensors: moved by one step of the optimizer.
    """

    products: dict[str, float] = field(default_factory=dict)
    operators: int = 0
    numbers: float = 0.0
    weights: int = 0
    tensors: int = 0

    def amounts(self) -> dict[str, float]:
        """The counts under the names of the cost table.

        Returns:
            Kind of work -> amount.
        """
        found = {f"network_{kind}": count for kind, count in self.products.items()}
        found |= {"network_operator": self.operators, "network_number": self.numbers}
        return found | {"network_weight": self.weights, "network_tensor": self.tensors}

    def seconds(self, device: str = "cpu") -> float:
        """Reference seconds of what was counted.

        Args:
            device: on which it runs.

        Returns:
            Seconds of one reference core, or of a reference accelerator.
        """
        return sum(reference_costs.cost(kind, device) * amount for kind, amount in self.amounts().items())


def count_call(call: Callable[[], object]) -> NetworkWork:
    """What the operators of one call cost, backward passes within it included.

    Args:
        call: what to run once. It runs for real: use a copy of a network whose state must not change.

    Returns:
        The counts; the same on every machine with the same version of torch.
    """
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils.flop_counter import flop_registry

    found = NetworkWork()

    class Counting(TorchDispatchMode):
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            out = func(*args, **(kwargs or {}))
            if _is_view(func):
                return out
            found.operators += 1
            found.numbers += sum(part.numel() for part in _tensors(out))
            counted = flop_registry.get(func._overloadpacket)
            if counted is not None:
                kind = _kind(func.__name__, args)
                products = counted(*args, **(kwargs or {}), out_val=out) / 2
                found.products[kind] = found.products.get(kind, 0.0) + products
            return out

    with Counting():
        call()
    return found


def count_step(network: torch.nn.Module, step: Callable[[torch.nn.Module], torch.Tensor]) -> NetworkWork:
    """What one training step costs: the pass forward, the pass backward and the optimizer.

    The random numbers that the counted step draws are given back, so that training starts as if it had not been.

    Args:
        network: a copy of the network that is to be trained, on its device. step: network -> the loss of one batch.

    Returns:
        The counts.
    """
    import torch

    def forward_and_backward() -> None:
        value = step(network)
        if value.requires_grad:
            value.backward()

    network.zero_grad(set_to_none=True)
    places = [parameter.device for parameter in network.parameters() if parameter.device.type == "cuda"]
    with torch.random.fork_rng(devices=places[:1]), torch.enable_grad():
        found = count_call(forward_and_backward)
    trained = [parameter.numel() for parameter in network.parameters() if parameter.requires_grad]
    found.weights, found.tensors = sum(trained), len(trained)
    return found


def _kind(name: str, args: Any) -> str:
    if not name.startswith("convolution"):
        return "matrix"
    # convolution(input, weight, bias, stride, padding, dilation, transposed, output padding, groups), and its backward
    groups = next((part for part in reversed(args) if isinstance(part, int) and not isinstance(part, bool)), 1)
    return "narrow" if groups > 1 else "convolution"


def _is_view(func: Any) -> bool:
    """Whether an operator only looks at its input in another shape."""
    returned = func._schema.returns
    return bool(returned) and all(one.alias_info is not None and not one.alias_info.is_write for one in returned)


def _tensors(out: Any) -> list[Any]:
    if hasattr(out, "numel"):
        return [out]
    return [part for part in out if hasattr(part, "numel")] if isinstance(out, tuple | list) else []
