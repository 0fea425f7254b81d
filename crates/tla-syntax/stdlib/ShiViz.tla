-------------------------------- MODULE ShiViz ------------------------------
(***************************************************************************)
(* The host and the vector clock of each state of an explored trace, for   *)
(* the visualizer ShiViz.  The variable pc says where each process is.     *)
(***************************************************************************)
LOCAL INSTANCE Integers
LOCAL INSTANCE Json
LOCAL INSTANCE TLC
INSTANCE Toolbox

(* The process that made the step to state n. *)
LOCAL HostAt ==
  LET host[n \in DOMAIN _TETrace] ==
        IF n = 1 THEN "--"
        ELSE LET before == _TETrace[n - 1].pc
                 after == _TETrace[n].pc
             IN  IF before = after THEN host[n - 1]
                 ELSE CHOOSE p \in DOMAIN before : before[p] # after[p]
  IN  TLCEval(host)

Host == HostAt[_TEPosition]

LOCAL ClockAt ==
  LET clock[n \in DOMAIN _TETrace] ==
        [p \in DOMAIN _TETrace[n].pc |->
           IF n = 1 THEN 0
           ELSE clock[n - 1][p] + (IF p = HostAt[n] THEN 1 ELSE 0)]
  IN  TLCEval(clock)

Clock == ToJsonObject(ClockAt[_TEPosition])
=============================================================================
