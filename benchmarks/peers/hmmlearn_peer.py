"""hmmlearn: steps of one day each (it knows no others) and answers by its own extension
point for laws that it does not have.
"""

from __future__ import annotations

import json
import sys

import numpy as np
from hmmlearn.base import BaseHMM
from problem import CHECK_INS, ITEMS, STAGES, measure
from scipy.linalg import expm

data = np.load(sys.argv[1])
answers = data["answers"]
lengths = np.full(len(answers) // CHECK_INS, CHECK_INS)
by_level = np.ascontiguousarray(np.log(data["given"]).transpose(0, 2, 1))


class Items(BaseHMM):
    def _compute_log_likelihood(self, X: np.ndarray) -> np.ndarray:  # noqa: N803
        total = np.zeros((len(X), STAGES))
        for item in range(ITEMS):
            total += by_level[item][X[:, item]]
        return total


model = Items(n_components=STAGES)
model.n_features = ITEMS
model.startprob_ = data["initial"]
model.transmat_ = expm(data["generator"])

seconds, found = measure(lambda: model.score(answers, lengths))
print(
    json.dumps(
        {
            "work": "likelihood, steps of one day",
            "peer": "hmmlearn",
            "rate": len(answers) / seconds,
            "log_likelihood": found,
        }
    )
)

one = answers[:CHECK_INS]
seconds, _ = measure(lambda: sum(model.score(one) for _ in range(200)))
print(
    json.dumps(
        {
            "work": f"one more check-in after {CHECK_INS}",
            "peer": "hmmlearn, all again",
            "rate": 200 / seconds,
        }
    )
)
