# R msm on the first persons of the same check-ins, and its fit of the misclassification
# model of cav: Rscript msm_peer.R CHECK_INS.csv LAWS.csv RATES.csv

suppressPackageStartupMessages(library(msm))

files <- commandArgs(trailingOnly = TRUE)
data <- read.csv(files[1])
laws <- read.csv(files[2])  # item, stage, and the probability of each level
rates <- as.matrix(read.csv(files[3]))  # from, to, rate, effects
items <- grep("^item_", names(data), value = TRUE)
stages <- max(rates[, 1:2])
initial <- c(0.6, 0.2, 0.1, 0.06, 0.04)

q <- matrix(0, stages, stages)
q[rates[, 1:2]] <- rates[, 3]
# msm numbers the transitions row by row.
rates <- rates[order(rates[, 1], rates[, 2]), ]
covariates <- list(x0 = rates[, 4], x1 = rates[, 5], x2 = rates[, 6])

# Its categorical law counts levels from 1.
data[items] <- data[items] + 1
law <- lapply(seq_len(stages), function(s)
  do.call(hmmMV, lapply(seq_along(items), function(i)
    hmmCat(as.numeric(laws[laws$item == i & laws$stage == s, -(1:2)])))))
answers <- as.formula(paste0("cbind(", paste(items, collapse = ", "), ") ~ time"))

told <- function(work, count, seconds, found) {
  cat(sprintf('{"work": "%s", "peer": "msm", "rate": %.17g, "log_likelihood": %.17g}\n',
              work, count / seconds, found))
}

# The likelihood alone, without setting up the model.
measured <- function(work, fit) {
  arguments <- fit[c("data", "qmodel", "qcmodel", "cmodel", "hmodel", "paramdata")]
  once <- function() do.call(msm:::lik.msm, c(list(fit$paramdata$allinits),
                                              unname(arguments)))
  once()
  seconds <- median(sapply(1:3, function(k) system.time(once())[["elapsed"]]))
  told(work, nrow(data), seconds, -fit$minus2loglik / 2)
}

common <- list(answers, subject = quote(person), data = data, qmatrix = q, hmodel = law,
               initprobs = initial, fixedpars = TRUE)
measured("likelihood, constant generator", do.call(msm, common))
measured("likelihood, own covariates",
         do.call(msm, c(common, list(covariates = ~ x0 + x1 + x2, covinits = covariates,
                                     center = FALSE))))

oneway <- rbind(c(0, 0.148, 0, 0.0171), c(0, 0, 0.202, 0.081), c(0, 0, 0, 0.126),
                c(0, 0, 0, 0))
wrong <- rbind(c(0, 0.1, 0, 0), c(0.1, 0, 0.1, 0), c(0, 0.1, 0, 0), c(0, 0, 0, 0))
seconds <- system.time(
  fit <- msm(state ~ years, subject = PTNUM, data = cav, qmatrix = oneway,
             ematrix = wrong, deathexact = 4))[["elapsed"]]
cat(sprintf('{"work": "fit, cav misclassification", "peer": "msm", "seconds": %.17g, "log_likelihood": %.17g}\n',
            seconds, -fit$minus2loglik / 2))
