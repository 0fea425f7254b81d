# ruff: noqa: RUF001 # Chinese has punctuation of its own
"""What an analysis of bottlenecks says, in simplified Chinese."""

from assay.texts.bottleneck_catalogue import BottleneckTexts

__all__ = ["BOTTLENECK_CHINESE"]

BOTTLENECK_CHINESE: BottleneckTexts = {
    "verdicts": {
        "found": "{resource}",
        "inferred": "{resource}（由数据推断）",
        "not-saturated": "没有资源耗尽：每秒 {rate:,.0f} 个请求的负载已承受",
        "unknown": "每秒 {rate:,.0f} 个请求时的瓶颈未知：所观察的资源都没有耗尽",
    },
    "resources": {
        "cpu": "{service} 的处理器时间已用尽",
        "cpu-quota": "{service} 用尽了其控制组的 CPU 配额",
        "machine-cpu": "本机的处理器时间已用尽",
        "lock": "请求在 {service} 中等待锁",
        "pool": "请求在等待 {service} 的池中的空位",
        "disk": "{service} 在等待磁盘",
        "repeated-work": "{service} 反复做同样的工作：缺少缓存",
        "memory": "本机内存不足",
        "descriptors": "{service} 的文件描述符将用尽",
        "accept-queue": "连接在等待 {service} 接受",
        "generator": "达到极限的是负载发生器，而不是系统",
    },
    "facts": {
        "busiest_thread": "它有 {ran:.0%} 的时间占用一个核心，有 {wants:.0%} 的时间需要一个核心",
        "gil": "其 {threads:.0f} 个线程之一有 {share:.0%} 的时间持有 GIL",
        "hot_function": "{function} 占其处理器时间的 {share:.0%}",
        "cache_misses": "其缓存 {cache} 每秒 {rate:,.0f} 次查询中有 {misses:.0%} 未命中",
        "repeated_calls": "每个请求调用 {service} {calls:.1f} 次，而同一请求出现了 {repetition:,.0f} 次",
        "throttled": "它有 {share:.0%} 的时间被限制，配额为 {quota} 个核心",
        "descriptors": "其文件描述符已打开 {share:.0%}",
        "waits_for_disk": "据其自身指标，它有 {share:.0%} 的时间在等待写入",
        "threads_on_disk": "平均有 {threads:.2f} 个线程在等待磁盘",
        "written": "它每秒写入 {bytes:,.0f} 字节",
        "threads_at_disk": "{threads:.2f} 个线程停在 {place}：{text}",
        "pool": "池 {pool} 的 {size:.0f} 个位置中有 {in_use:.1f} 个被占用，{waiting:.1f} 个请求在等待",
        "waits_for_lock": "据其自身指标，{in_flight:.1f} 个请求中平均有 {waiting:.1f} 个在等待锁",
        "waits_for_pool": "据其自身指标，{in_flight:.1f} 个请求中平均有 {waiting:.1f} 个在等待空位",
        "threads_at_lock": "{threads:.1f} 个线程停在 {place}：{text}",
        "threads_at_pool": "{threads:.1f} 个线程停在 {place}：{text}",
        "in_service": "{whole:.1f} 个请求中平均有 {in_flight:.1f} 个在此",
        "places": (
            "单独一个请求需要 {alone:.4f} 秒，而 {in_flight:.1f} 个请求同时进行时每秒最多完成 {rate:,.0f} 个："
            "同一时间约 {places:.1f} 个，而没有线程的忙碌时间超过 {busiest:.0%}"
        ),
        "machine_busy": "{cores:.0f} 个核心中平均有 {busy:.2f} 个忙碌",
        "memory_pressure": "有 {share:.0%} 的时间在等待内存",
        "generator_limit": "{tool} 报告：{limit}",
    },
    "kinds": {"code": "代码", "system": "系统", "cache": "缓存"},
    "advice": {
        "faster_function": "加快 {function}：它占 {service} 处理器时间的 {share:.0%}",
        "more_processes": "运行更多 {service} 进程：有 {cores:.1f} 个核心空闲，而一个进程只用一个",
        "cache_answers": "缓存 {service} 的回答：每个请求出现了 {repetition:,.0f} 次",
        "use_cache": "让 {service} 的缓存 {cache} 起作用：每秒 {rate:,.0f} 次查询中有 {misses:.0%} 未命中",
        "raise_quota": "提高 {service} 的 CPU 配额，或减少它的工作",
        "shorten_lock": "缩短 {service} 中持有锁的时间，或为每个受保护的对象使用单独的锁",
        "shorten_lock_at": "缩短在 {place} 持有锁的时间，或为每个受保护的对象使用单独的锁",
        "larger_pool": "扩大 {service} 的池：其后的服务没有线程的忙碌时间超过 {busiest:.0%}",
        "hold_shorter": "让 {service} 更早归还池中的位置",
        "fewer_writes": "让 {service} 少写，或将多个请求的写入合并（组提交）",
        "faster_disk": "给 {service} 更快的磁盘，或单独的磁盘",
        "raise_descriptors": "先检查泄漏，再提高 {service} 的描述符上限（ulimit -n）",
        "more_cores": "增加本机核心，或把服务移到别的机器",
        "stronger_generator": "先给 {tool} 更多线程或另一台机器，再评判系统",
        "more_memory": "增加本机内存，或减少服务所保存的内容",
        "longer_queue": "让 {service} 更快接受连接，或加长其队列（backlog、net.core.somaxconn）",
    },
    "little": {
        "consistent": "利特尔法则成立：每秒 {rate:,.0f} 个，每个 {latency:.4f} 秒，即 {in_flight:.1f} 个，与观察一致",
        "waiting-outside": (
            "按利特尔法则有 {in_flight:.1f} 个请求在进行（每秒 {rate:,.0f} 个，每个 {latency:.4f} 秒），"
            "但服务中只看到 {seen:.1f} 个：其余的在它之前等待，在接受队列、网络或负载发生器中"
        ),
        "idle": "按利特尔法则有 {in_flight:.1f} 个请求在进行，连接数为 {seen:.1f}：其余连接空闲",
        "unknown": "按利特尔法则有 {in_flight:.1f} 个请求在进行（每秒 {rate:,.0f} 个，每个 {latency:.4f} 秒）",
    },
    "scalability": (
        "可扩展性定律：单个并发每秒 {one:,.0f} 个请求，"
        "争用 {contention:.3f}（{contention_low:.3f} 至 {contention_high:.3f}），"
        "一致性 {coherence:.5f}（{coherence_low:.5f} 至 {coherence_high:.5f}）"
    ),
    "scalability_peak": "并发 {peak:.0f} 时最多，每秒 {largest:,.0f} 个请求",
    "scalability_levels_off": "在每秒 {largest:,.0f} 个请求处持平",
    "scalability_grows": "看不到上限",
    "slow": "最慢的请求之一：{endpoint}，耗时 {seconds:.3f} 秒，结果为 {end}，追踪 {trace}",
    "slow_span": "其中 {own:.3f} 秒花在 {service} 的 {name}",
    "caveats": {
        "nothing_answered": "没有任何回答，因此无法判断",
        "generator_limit": "{tool} 达到了自身极限：{limit}",
        "died": "{service} 在测试中终止",
        "not_watched": "没有观察服务使用的资源",
        "others_busy": "与测试无关的进程占用了 {cores:.1f} 个核心：数据也受其影响",
        "few_rates": "可扩展性定律至少需要四个不同的速率",
        "partial": "测试提前结束：{explanation}",
    },
    "nobody": "系统",
    "joint": "；",
    "colon": "：",
}
