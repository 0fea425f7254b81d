from assay.bench.profiling.native_profile import read_perf_script

SCRIPT = """\
nginx 29037 36144.766282:   10101010 cpu-clock:ppp:
\t           96122 _int_free+0x2 (/usr/lib/x86_64-linux-gnu/libc.so.6)
\t           15684 ngx_worker_process_cycle+0x44 (/usr/sbin/nginx)
\t           15684 main+0x1 (/usr/sbin/nginx)

nginx 29037/29038 [001] 36144.804501:   10101010 cpu-clock:ppp:
\t           15684 [unknown] (/usr/sbin/nginx)

nginx: worker p 29037 36144.9:     1 cycles:P:
\tffffffff81234567 __schedule+0x10 ([kernel.kallsyms])
\t           15684 std::map<int, (anonymous)>::find(int const&)+0x44 (/usr/sbin/nginx (deleted))

no sample at all
"""


def test_reads_samples_from_the_root_to_the_top() -> None:
    assert read_perf_script(SCRIPT.splitlines()).counts == (
        (("nginx", "[nginx]"), 1),
        (("nginx", "main", "ngx_worker_process_cycle", "_int_free"), 1),
        (("nginx: worker p", "std::map<int, (anonymous)>::find(int const&)", "__schedule"), 1),
    )
