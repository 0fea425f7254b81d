---- MODULE TestCSV ----
EXTENDS CSV, IOUtils, Naturals, Sequences

File == IOEnv.ASSAY_TEST_FOLDER \o "/rows.csv"
Records == IOEnv.ASSAY_TEST_FOLDER \o "/records.csv"

ASSUME CSVRecords(File) = 0
ASSUME CSVWrite("%1$s#%2$s", <<"a", 1>>, File) /\ CSVWrite("%1$s#%2$s", <<"b", 2>>, File)
ASSUME CSVRecords(File) = 2
ASSUME CSVRead(<<"name", "count">>, "#", File)
         = <<[name |-> "a", count |-> "1"], [name |-> "b", count |-> "2"]>>
ASSUME CSVWriteRecord([x |-> 1, y |-> "z"], ",", TRUE, Records)
ASSUME CSVRecords(Records) = 2
====
