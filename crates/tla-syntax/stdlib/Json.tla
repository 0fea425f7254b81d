--------------------------------- MODULE Json -------------------------------
(***************************************************************************)
(* TLA+ values as JSON.  Records and functions over strings are objects,   *)
(* sequences and sets are arrays.                                          *)
(*                                                                         *)
(* TLA+ has no operators that take texts apart, so these definitions only  *)
(* state the kind of value; the checker has its own implementation.        *)
(***************************************************************************)
LOCAL INSTANCE Sequences
LOCAL INSTANCE FiniteSets
LOCAL INSTANCE TLC

(* The JSON text of value. *)
ToJson(value) == CHOOSE s \in STRING : TRUE

(* The JSON text of a sequence, set or function as an array of its values. *)
ToJsonArray(value) == CHOOSE s \in STRING : TRUE

(* The JSON text of a function or sequence as an object. *)
ToJsonObject(value) == CHOOSE s \in STRING : TRUE

(* Writes value to the file as JSON. *)
JsonSerialize(absoluteFilename, value) == TRUE

(* The value that the JSON file holds. *)
JsonDeserialize(absoluteFilename) == CHOOSE v : TRUE

(* The same for files with one JSON value on each line: a sequence. *)
ndJsonSerialize(absoluteFilename, value) == TRUE
ndJsonDeserialize(absoluteFilename) == CHOOSE v : TRUE
=============================================================================
