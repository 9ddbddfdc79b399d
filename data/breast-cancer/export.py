# Writes breast-cancer.csv: python3 export.py in this folder, with scikit-learn 1.2.1 (python3-sklearn of Debian 12).
# Numbers are written with as many digits as give the same double back.
import csv

from sklearn.datasets import load_breast_cancer

data = load_breast_cancer()
with open("breast-cancer.csv", "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["diagnosis"] + [name.replace(" ", "_") for name in data.feature_names])
    for target, row in zip(data.target, data.data):
        writer.writerow([data.target_names[target]] + [repr(float(x)).removesuffix(".0") for x in row])
