"""Writes ../fixtures/metrics.txt: scikit-learn's figures for scores, classes and values drawn here.

Run with any Python that has numpy and scikit-learn: python metrics.py

Sections are `[name]`; a line is a row of numbers. `scores` are probabilities of 5 classes, `labels` their classes;
`marks` (rounded to tenths, so that many are equal) and `yes` are a binary task; `predicted` and `wanted` are values, the
third column of which is wanted constant.
"""

from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics

random = np.random.default_rng(5)
ROWS, CLASSES = 60, 5
labels = random.integers(0, CLASSES, ROWS)
labels[:CLASSES] = range(CLASSES)
scores = random.random((ROWS, CLASSES)) + 0.7 * np.eye(CLASSES)[labels]
scores /= scores.sum(axis=1, keepdims=True)
found = scores.argmax(axis=1)
# A class that is there and never predicted has precision 0.
found[found == 4] = 0

yes = random.integers(0, 2, ROWS)
marks = (random.random(ROWS) * 0.8 + 0.2 * yes).round(1)

wanted = random.normal(size=(20, 3))
predicted = wanted + 0.5 * random.normal(size=(20, 3))
wanted[:, 2] = 0.5

report = dict(zero_division=0)
precision, recall, f1, support = metrics.precision_recall_fscore_support(labels, found, **report)
CASES = {
    "scores": scores,
    "labels": labels,
    "found": found,
    "confusion": metrics.confusion_matrix(labels, found),
    "precision recall f1 rows": np.stack([precision, recall, f1, support], axis=1),
    "macro": [metrics.precision_recall_fscore_support(labels, found, average="macro", **report)[:3]],
    "micro": [metrics.precision_recall_fscore_support(labels, found, average="micro", **report)[:3]],
    "top k": [metrics.top_k_accuracy_score(labels, scores, k=k) for k in range(1, CLASSES)],
    "one vs rest": [metrics.roc_auc_score(labels, scores, multi_class="ovr", average="macro")],
    "marks": marks,
    "yes": yes,
    "auc": [metrics.roc_auc_score(yes, marks)],
    "predicted": predicted,
    "wanted": wanted,
    "r2": [metrics.r2_score(wanted[:, :2], predicted[:, :2]), metrics.r2_score(wanted, predicted)],
    "mae": [metrics.mean_absolute_error(wanted, predicted)],
}

text = f"# Made by tests/reference/metrics.py with scikit-learn {sklearn.__version__}.\n"
for name, rows in CASES.items():
    rows = np.atleast_1d(np.asarray(rows, dtype=np.float64))
    rows = rows[:, None] if rows.ndim == 1 else rows
    text += f"[{name}]\n" + "".join(" ".join(repr(float(x)) for x in row) + "\n" for row in rows)
path = Path(__file__).parent.parent / "fixtures" / "metrics.txt"
path.write_text(text)
