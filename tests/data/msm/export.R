# Writes the data sets of the reference cases as CSV into the directory given on the
# command line, one file for each case: Rscript export.R DIRECTORY [CASE ...]

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
source(file.path(here, "cases.R"))

arguments <- commandArgs(trailingOnly = TRUE)
if (length(arguments) < 1) stop("export.R: the directory is missing")
chosen <- if (length(arguments) > 1) arguments[-1] else names(cases)
chosen <- chosen[!startsWith(chosen, "made_")]  # families.csv is there already
for (name in chosen) {
  case <- cases[[name]]
  data <- case$data[, case$columns]
  names(data)[1:3] <- c("person", "time", "answer")
  known <- case$call$obstrue
  data$stage_known <- if (is.null(known)) 0 else known
  # All digits: 15, which is what write.csv has, are not enough for a time.
  numbers <- sapply(data, is.numeric)
  data[numbers] <- lapply(data[numbers], function(x)
    ifelse(is.na(x), "", sprintf("%.17g", x)))
  write.csv(data, file.path(arguments[1], paste0(name, ".csv")), row.names = FALSE,
            quote = FALSE)
}
