# What R's mice makes of the holes of README.md: Rscript mice.R HOLES > mice.csv
# with R 4.2.2 and mice 3.15.0 (r-cran-mice of Debian 12). HOLES is the folder with TABLE.SEED.csv, see README.md.
suppressPackageStartupMessages(library(mice))
holes <- commandArgs(trailingOnly = TRUE)[1]
m <- 20                                         # imputed tables
binary <- c("diagnosis", "type")

# A hole's estimate is the mean of its m draws, its interval the one that holds a further draw of a normal with 95 % chance.
score <- function(draws, truth, deviation) {
  estimate <- rowMeans(draws)
  reach <- qt(0.975, m - 1) * sqrt(1 + 1 / m) * apply(draws, 1, sd)
  data.frame(error = (estimate - truth) / deviation, covered = abs(truth - estimate) <= reach, length = 2 * reach / deviation)
}

cat("table,seed,method,rmse,coverage,length,accuracy\n")
for (run in c("norm pima", "norm breast-cancer", "pmm pima")) for (seed in 1:5) {
  method <- strsplit(run, " ")[[1]][1]
  table <- strsplit(run, " ")[[1]][2]
  full <- read.csv(sprintf("../../../data/%s/%s.csv", table, table), stringsAsFactors = TRUE)
  data <- read.csv(sprintf("%s/%s.%d.csv", holes, table, seed), stringsAsFactors = TRUE, na.strings = "")
  methods <- ifelse(names(data) %in% binary, "logreg", method)
  # Radius, perimeter and area are nearly collinear; mice would leave one of them as it is.
  imputed <- suppressWarnings(mice(data, m = m, method = methods, seed = seed, printFlag = FALSE, remove.collinear = FALSE))
  drawn <- function(name) as.matrix(imputed$imp[[name]])
  truth <- function(name) full[is.na(data[[name]]), name]
  deviation <- function(name) sqrt(mean((full[[name]] - mean(full[[name]]))^2))
  cells <- do.call(rbind, lapply(setdiff(names(full), binary), function(name) score(drawn(name), truth(name), deviation(name))))
  outcome <- intersect(names(full), binary)
  right <- mean(apply(drawn(outcome), 1, function(row) names(which.max(base::table(row)))) == truth(outcome))
  cat(sprintf("%s,%d,mice %s,%.6f,%.6f,%.6f,%.6f\n",
    table, seed, method, sqrt(mean(cells$error^2)), mean(cells$covered), mean(cells$length), right))
}
