"""The cost table: what one unit of work takes on the reference core, from which every plan and every stop follows.

One entry is one kind of work and its seconds a unit. The numbers are declared, not measured in a fit: the same plan
gives the same training on every machine, and a slow or crowded one takes longer. Most follow from CPU-seconds
measured on 30 November 2026 on one core of a busy shared machine (least of a few runs), divided by about 1.3 for the
load, so a quiet core may differ from them by a third; entries marked "estimated" were not measured one by one.
``python -m tests.bench costs`` measures most of the table again.
"""

from __future__ import annotations

import hashlib
import json

# Seconds of one core. The unit stands behind each entry.
COSTS: dict[str, float] = {
    # Networks, one training step or one pass forward, as ``network_work`` counts them.
    "network_matrix": 3.6e-11,  # multiply-add of a matrix product
    "network_convolution": 4.0e-11,  # multiply-add of a convolution
    "network_narrow": 2.0e-10,  # multiply-add of a grouped convolution
    "network_operator": 3.4e-5,  # operator that computes
    "network_number": 1.0e-9,  # number written
    "network_weight": 1.35e-8,  # weight moved by the optimizer
    "network_tensor": 1.0e-4,  # tensor moved by the optimizer
    # Boosted trees on histograms, one round of one output.
    "boosting_tree": 1.0e-3,  # tree
    "boosting_node": 1.6e-8,  # node that may split x bin of all columns
    "boosting_cell": 4.0e-10,  # row x column x level of depth
    "boosting_row": 2.0e-8,  # row
    "ranking_pair": 6.0e-7,  # candidate of a user, ordered by pairs, estimated
    # Learners on dense or sparse rows.
    "logistic_dense": 1.5e-9,  # row x column x output x step
    "logistic_sparse": 7.3e-9,  # number present x output x step
    "logistic_weight": 1.0e-8,  # column x output x step of a sparse solver, estimated
    "logistic_step": 2.0e-4,  # step, estimated
    "ridge_cell": 1.0e-9,  # row x column x column of a direct solver, estimated
    "kernel_machine": 1.0e-9,  # row x row x column
    "linear_machine": 4.5e-8,  # number present
    "forest_tree": 1.7e-3,  # tree of 256 rows
    "forest_call": 1.5e-4,  # tree that is asked once, for however many rows
    "forest_answer": 1.2e-7,  # row x tree of an answer
    "forest_cell": 5.0e-8,  # row x column tried at a cut x level of a tree, of all trees of a random forest
    "process_tuning": 2.5e-6,  # row x row of a Gaussian process whose hyperparameters are fitted
    "process_row": 3.0e-10,  # row x row x row of a Gaussian process under given hyperparameters
    "factor_solve": 2.0e-10,  # row x rank x rank x rank of one sweep of implicit factors, estimated
    "factor_present": 3.0e-9,  # interaction x rank x rank of one sweep, estimated
    "item_pair": 2.0e-10,  # user x item x item of item similarities, estimated
    "ngram_letter": 1.0e-7,  # letter x context length, estimated
    "control_step": 2.0e-6,  # step of one episode of a simulated world, estimated
    "control_tick": 8.0e-5,  # step of a batch of episodes side by side, estimated
    "control_gradient": 3.0e-3,  # gradient step of a small network on a replay memory, estimated
    "kernel_answer": 2.0e-10,  # row x support vector x column, estimated
    "answer": 2.0e-5,  # answer of any model, beside what it charges, estimated
    # Encodings and hand-made features.
    "table_cell_fit": 2.5e-7,  # cell of a table that an encoding is fitted on
    "table_cell": 2.5e-8,  # cell read into codes
    "table_cell_dense": 1.6e-7,  # cell read into one-hot columns and pieces
    "picture_pixel": 9.5e-8,  # number of a picture
    "sound_sample": 4.8e-8,  # sample of a sound
    "window_number": 2.2e-7,  # number of a window
    "rocket_position": 3.3e-9,  # position x kernel
    "text_letter": 1.6e-7,  # letter read into words and pairs
    "text_run_letter": 1.2e-6,  # letter read into runs of letters
    # Frozen networks.
    "picture_embedding_64": 2.7e-3,  # picture scaled to 64 pixels a side
    "picture_embedding_96": 5.3e-3,
    "picture_embedding_128": 9.8e-3,
    "picture_embedding_160": 2.06e-2,
    "text_embedding_token": 3.0e-4,  # word piece
    "sound_embedding": 6.0e-3,  # sound
    "sound_embedding_second": 1.4e-2,  # second of sound
}
# Seconds of an accelerator, estimated from published rates: nothing here has been measured on one. A kind that is not
# named runs on the processor and costs what it costs there.
CUDA_COSTS: dict[str, float] = {
    "network_matrix": 1.0e-13,
    "network_convolution": 2.0e-13,
    "network_narrow": 1.0e-12,
    "network_operator": 1.2e-5,
    "network_number": 4.0e-12,
    "network_weight": 2.0e-11,
    "network_tensor": 1.0e-6,
}


def cost(kind: str, device: str = "cpu") -> float:
    """Reference seconds of one unit of a kind of work.

    Args:
        kind: of the table. device: on which it is done.

    Returns:
        Seconds of one reference core; of a reference accelerator for what runs on one.

    Raises:
        KeyError: the table has no such kind.
    """
    return COSTS[kind] if device.startswith("cpu") else CUDA_COSTS.get(kind, COSTS[kind])


def version() -> str:
    """A short name of the whole table, for digests: another one wherever any entry differs.

    Returns:
        Twelve hexadecimal digits.
    """
    content = json.dumps([COSTS, CUDA_COSTS], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]
