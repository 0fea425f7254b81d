------------------------------- MODULE IOUtils ------------------------------
(***************************************************************************)
(* Files, environment variables and processes.                             *)
(***************************************************************************)
LOCAL INSTANCE TLC
LOCAL INSTANCE Integers

LOCAL Outcome == [exitValue : Int, stdout : STRING, stderr : STRING]

(* Writes val to the file in the checker's own form, and reads it again. *)
IOSerialize(val, absoluteFilename, compress) == TRUE
IODeserialize(absoluteFilename, compressed) == CHOOSE val : TRUE

(* Writes and reads text; options has ser, charset and openOptions. *)
Serialize(payload, filepath, options) == CHOOSE r \in Outcome : TRUE
Deserialize(filepath, options) == CHOOSE r \in Outcome : TRUE

(* Run a command, given as a sequence of texts. *)
IOExec(command) == CHOOSE r \in Outcome : TRUE
IOEnvExec(env, command) == CHOOSE r \in Outcome : TRUE
IOExecTemplate(commandTemplate, parameters) == CHOOSE r \in Outcome : TRUE
IOEnvExecTemplate(env, commandTemplate, parameters) == CHOOSE r \in Outcome : TRUE

(* The environment variables, a record of texts. *)
IOEnv == CHOOSE r \in [STRING -> STRING] : TRUE

(* The number that a text writes. *)
atoi(str) == CHOOSE i \in Int : ToString(i) = str
=============================================================================
