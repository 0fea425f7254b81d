"""What an analysis of bottlenecks says, by language. Loaded only where one is shown."""

from assay.texts.bottleneck_catalogue import BottleneckTexts
from assay.texts.bottleneck_chinese import BOTTLENECK_CHINESE
from assay.texts.bottleneck_english import BOTTLENECK_ENGLISH

__all__ = ["BOTTLENECK_TEXTS"]

BOTTLENECK_TEXTS: dict[str, BottleneckTexts] = {"en": BOTTLENECK_ENGLISH, "zh-Hans": BOTTLENECK_CHINESE}
"""By BCP 47 tag."""
