# How well a random forest tells made rows from real ones: python3 new-rows.py TABLE.csv MADE.csv ...
# with scikit-learn 1.2.1 (python3-sklearn of Debian 12). Prints the area under the curve, five-fold, for each file of made rows, for a normal
# distribution with the table's moments and for a normal copula with the table's marginals.
import csv
import sys

import numpy as np
from scipy.stats import norm
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict

made_rows = 600


def read(path):
    """Names and rows of a table."""
    with open(path, newline="") as file:
        names, *rows = csv.reader(file)
    return names, rows


def levels(rows):
    """Of each column, its texts in order, or None of numbers."""

    def of(cells):
        try:
            return None if [float(cell) for cell in cells] else []
        except ValueError:
            return sorted(set(cells))

    return [of(cells) for cells in zip(*rows)]


def matrix(rows, known):
    return np.array([[float(cell) if texts is None else texts.index(cell) for cell, texts in zip(row, known)] for row in rows])


def area(real, made):
    count = min(len(real), len(made))
    rows = np.vstack([real[:count], made[:count]])
    is_made = np.repeat([0, 1], count)
    forest = RandomForestClassifier(200, min_samples_leaf=3, random_state=0)
    return roc_auc_score(is_made, cross_val_predict(forest, rows, is_made, cv=5, method="predict_proba")[:, 1])


def whole_levels(rows, known):
    """Made numbers of columns of texts are levels."""
    bounded = [column if texts is None else np.clip(np.round(column), 0, len(texts) - 1) for column, texts in zip(rows.T, known)]
    return np.column_stack(bounded)


def normal(real, draw):
    return draw.multivariate_normal(real.mean(0), np.cov(real.T), made_rows)


def copula(real, draw):
    ranks = np.argsort(np.argsort(real + 1e-9 * draw.standard_normal(real.shape), axis=0), axis=0)
    chances = norm.cdf(normal(norm.ppf((ranks + 0.5) / len(real)), draw))
    return np.column_stack([np.quantile(values, chance, method="nearest") for values, chance in zip(real.T, chances.T)])


names, rows = read(sys.argv[1])
known = levels(rows)
real = matrix(rows, known)
for path in sys.argv[2:]:
    print(path, round(area(real, matrix(read(path)[1], known)), 3))
for name, make in [("normal distribution", normal), ("normal copula", copula)]:
    print(name, round(area(real, whole_levels(make(real, np.random.default_rng(0)), known)), 3))
