# Wall-clock times of msm on the misclassification model of cav, one thread: the likelihood
# alone, and the fit from the usual starting values as a user would call it.

here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
source(file.path(here, "cases.R"))

seconds <- function(work, times) {
  each <- sapply(seq_len(times), function(k) system.time(work())[["elapsed"]])
  median(each)
}

case <- cases$cav_misclassification
call <- function(...) do.call(msm, c(case$call, list(data = case$data,
                                                     subject = quote(PTNUM), ...)))
start <- call(fixedpars = TRUE)
visits <- nrow(case$data)

likelihood <- function() {
  for (k in 1:20) msm:::lik.msm(start$paramdata$allinits, start$data, start$qmodel,
                                start$qcmodel, start$cmodel, start$hmodel,
                                start$paramdata)
}
once <- seconds(likelihood, 5) / 20
cat(sprintf("likelihood: %.6f s, %.0f check-ins/s\n", once, visits / once))

fit <- NULL
for (given in list(list(), list(control = list(fnscale = 4000, maxit = 10000)))) {
  took <- system.time(fit <- do.call(call, given))[["elapsed"]]
  cat(sprintf("fit: %.3f s, -2 log-likelihood %.6f, %s\n", took, fit$minus2loglik,
              if (length(given)) "fnscale 4000" else "default settings"))
}
