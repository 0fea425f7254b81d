"""Mutation testing of specifications: small changes of what they do, to see whether a property notices.

A green check says only as much as its properties do. `mutate` drops or weakens one guard, branch, assignment or
fairness condition at a time and explores each such mutant. One that no property notices is a mistake that the check
would miss.
"""

from assay.verify.mutation.result import Mutant, MutantOutcome, MutatedModel, MutationResult
from assay.verify.mutation.running import MutationOptions, MutationProgress, mutate

__all__ = ["Mutant", "MutantOutcome", "MutatedModel", "MutationOptions", "MutationProgress", "MutationResult", "mutate"]
