---------------------------------- MODULE CSV -------------------------------
(***************************************************************************)
(* Files of rows with separated values.                                    *)
(***************************************************************************)
LOCAL INSTANCE TLC
LOCAL INSTANCE Integers

(* Appends a line to the file: template with %1$s, %2$s ... replaced by    *)
(* the elements of the sequence val.                                       *)
CSVWrite(template, val, file) == TRUE

(* Appends the values of the record, parted by delim; with headers, the    *)
(* names of its fields come first if the file is empty.                    *)
CSVWriteRecord(record, delim, headers, file) == TRUE

(* The rows of the file as records of texts with the fields columns. *)
CSVRead(columns, delimiter, file) == CHOOSE s : TRUE

(* The number of rows in the file; 0 if there is none. *)
CSVRecords(file) == CHOOSE n \in Nat : TRUE
=============================================================================
