# What scikit-learn makes of the holes of README.md: python3 peers.py HOLES > scikit-learn.csv
# with scikit-learn 1.2.1 (python3-sklearn of Debian 12). HOLES is the folder with TABLE.SEED.csv, see README.md.
import csv
import sys
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer

warnings.simplefilter("ignore", ConvergenceWarning)
binary = {"diagnosis": "malignant", "type": "Yes"}


def load(path):
    """Names and numbers, NaN where empty; the binary column as 0 and 1."""
    with open(path, newline="") as file:
        names, *rows = csv.reader(file)

    def number(name, cell):
        return np.nan if cell == "" else float(cell == binary[name]) if name in binary else float(cell)

    return names, np.array([[number(name, cell) for name, cell in zip(names, row)] for row in rows])


imputers = {
    "column means": lambda: SimpleImputer(),
    "5 nearest neighbours": lambda: KNNImputer(),
    "IterativeImputer": lambda: IterativeImputer(random_state=0),
}

print("table,seed,method,rmse,accuracy")
for table in ["breast-cancer", "pima"]:
    names, full = load(f"../../../data/{table}/{table}.csv")
    numeric = [j for j, name in enumerate(names) if name not in binary]
    outcome = [j for j, name in enumerate(names) if name in binary][0]
    for seed in range(1, 6):
        _, holes = load(f"{sys.argv[1]}/{table}.{seed}.csv")
        # Methods see columns standardised by what is observed; errors are in deviations of the full columns.
        mean, deviation = np.nanmean(holes, 0), np.nanstd(holes, 0)
        missing = np.isnan(holes)
        for method, imputer in imputers.items():
            filled = imputer().fit_transform((holes - mean) / deviation) * deviation + mean
            errors = ((filled - full) / full.std(0))[:, numeric][missing[:, numeric]]
            right = ((filled >= 0.5) == (full == 1))[missing[:, outcome], outcome]
            print(f"{table},{seed},{method},{np.sqrt(np.mean(errors**2)):.6f},{np.mean(right):.6f}", flush=True)
