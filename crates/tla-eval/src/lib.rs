//! Values, operators and actions: one state to its successors.
