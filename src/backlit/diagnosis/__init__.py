"""Why a network does not learn: facts with thresholds, and the experiments that confirm causes."""
