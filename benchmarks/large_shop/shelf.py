"""Items as a large live shop has them: titles in Chinese, prices in bands, a few sold out.

Titles are put together from words, so that they share bigrams as real ones do. A few titles of each
kind of thing are encoded by the real encoder, and the items' vectors are mixtures of those, because
100,000 texts take minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recsys.recommend import ItemTable

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
DIMENSIONS: Final = 384
# Titles of each kind of thing that are encoded.
VARIANTS: Final = 20
# Share of another title's difference in a mixed vector: as close as variants of one title are.
MIXED: Final = 0.4
SOLD_OUT, OFF_SHELF, UNPRICED = 0.06, 0.04, 0.01

KINDS: Final = {
    "护肤": ("面霜 精华 乳液 爽肤水 面膜 眼霜 洗面奶 防晒霜 卸妆油 身体乳", (30, 400)),
    "彩妆": ("口红 粉底液 眼影盘 眉笔 腮红 气垫 散粉 睫毛膏 遮瑕膏 唇釉", (20, 300)),
    "女装": ("连衣裙 针织衫 半身裙 衬衫 风衣 羽绒服 阔腿裤 牛仔裤 卫衣 西装外套", (50, 800)),
    "男装": ("T恤 夹克 休闲裤 polo衫 毛衣 冲锋衣 棉服 短裤 马甲 衬衣", (40, 700)),
    "零食": ("坚果 牛肉干 饼干 薯片 巧克力 果干 辣条 海苔 蛋糕 糖果", (9, 120)),
    "家居": ("台灯 四件套 抱枕 收纳盒 地毯 窗帘 毛毯 拖鞋 晾衣架 香薰", (15, 500)),
    "厨房": ("炒锅 电饭煲 空气炸锅 保温杯 砧板 刀具 餐具 水壶 蒸锅 密封罐", (19, 900)),
    "母婴": ("奶瓶 纸尿裤 辅食 婴儿车 连体衣 爬行垫 湿巾 背带 绘本 玩具", (15, 1500)),
    "数码": ("耳机 充电宝 数据线 音箱 键盘 手机壳 支架 摄像头 鼠标 台式风扇", (10, 1200)),
    "鞋包": ("运动鞋 单肩包 双肩包 凉鞋 皮鞋 靴子 钱包 行李箱 帆布鞋 腰包", (40, 900)),
}
CATEGORY: Final = {noun: kind for kind, (words, _) in KINDS.items() for noun in words.split()}
NOUNS: Final = tuple(CATEGORY)
LOOKS: Final = (
    "清爽 滋润 保湿 控油 温和 轻薄 法式 复古 百搭 显瘦 宽松 修身 加厚 透气 防水 便携 大容量 "
    "静音 智能 无糖 低脂 香辣 原味 学生 通勤 夏季 秋冬 送礼 家用 儿童"
)
MATTERS: Final = (
    "玻尿酸 烟酰胺 氨基酸 神经酰胺 维C 纯棉 真丝 羊毛 雪纺 亚麻 不锈钢 陶瓷 硅胶 竹纤维 "
    "乳胶 燕麦 海盐 抹茶 黑芝麻 羊绒"
)
SKINS: Final = (
    "油皮适用",
    "干皮适用",
    "混合皮和油皮都可以用",
    "敏感肌慎用",
    "所有肤质适用，不建议破损皮肤使用",
    "油性皮肤清爽不闷，干性皮肤慎拍",
    "",
    "",
    "",
)


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """The items, and how popular each is: shares [n] that sum to 1, by Zipf's law."""

    items: ItemTable
    shares: NDArray[np.float64]


def palette(seed: int, encode: Encode | None) -> NDArray[np.float32]:
    """float32 [kinds of things, VARIANTS, d]: unit vectors of titles.

    Without an encoder, vectors whose variance falls along the axes as that of sentences does.
    """
    rng = np.random.default_rng(seed)
    drawn = (len(NOUNS), VARIANTS, DIMENSIONS)
    if encode is None:
        return _fallen(rng, drawn)
    texts = [
        f"{look[0]}{matter}{noun} {CATEGORY[noun]} {look[1]}款"
        for noun in NOUNS
        for look, matter in zip(
            rng.choice(LOOKS.split(), (VARIANTS, 2)),
            rng.choice(MATTERS.split(), VARIANTS),
            strict=True,
        )
    ]
    return encode(texts).reshape(len(NOUNS), VARIANTS, -1)


def shelf(n: int, seed: int, colours: NDArray[np.float32]) -> Shelf:
    """n items, their vectors mixed of a `palette`."""
    rng = np.random.default_rng(seed)
    frame, nouns = _frame(n, rng)
    vectors = mixed(colours, nouns, rng)
    weight = 1.0 / np.arange(1, n + 1, dtype=np.float64) ** 0.9
    shares: NDArray[np.float64] = rng.permutation(weight / max(weight.sum(), 1e-12))
    return Shelf(ItemTable.from_frame(frame, vectors, "bench"), shares)


def mixed(
    colours: NDArray[np.float32], nouns: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.float32]:
    """float32 [n, d]: of each thing a title's vector, with a part of two others' difference."""
    known = colours.reshape(-1, colours.shape[-1])
    near = known[nouns * VARIANTS + rng.integers(0, VARIANTS, len(nouns))]
    one, other = rng.integers(0, len(known), (2, len(nouns)))
    vectors = near + np.float32(MIXED) * (known[one] - known[other])
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def _frame(n: int, rng: np.random.Generator) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    nouns = rng.integers(0, len(NOUNS), n)
    noun = [NOUNS[number] for number in nouns]
    category = [CATEGORY[word] for word in noun]
    look, matter = rng.choice(LOOKS.split(), (n, 2)), rng.choice(MATTERS.split(), n)
    brand = [f"{'云禾青山月白'[b % 6]}{'屿语集坊田记舍'[b % 7]}" for b in rng.integers(0, 400, n)]
    size = rng.choice(["30ml", "50ml", "100g", "2件装", "家庭装", "新款", "升级版", "3号"], n)
    parts = zip(brand, look[:, 0], matter, noun, size, strict=True)
    low, high = np.array([KINDS[kind][1] for kind in category]).reshape(n, 2).T
    price = np.exp(rng.uniform(np.log(low), np.log(high))) * 100
    price = np.where(rng.random(n) < UNPRICED, np.nan, np.round(price, -1))
    frame = pd.DataFrame(
        {
            "sku": [f"S{row:06d}" for row in range(n)],
            "title": ["".join(words) for words in parts],
            "category": [f"{kind}/{word}" for kind, word in zip(category, noun, strict=True)],
            "brand": brand,
            "price_fen": price,
            "stock": np.where(rng.random(n) < SOLD_OUT, 0, rng.integers(1, 500, n)),
            "status": np.where(rng.random(n) < OFF_SHELF, "off", "on"),
            "link_no": [row + 1 if row < 200 else None for row in range(n)],
            "description": _descriptions(look[:, 1], matter, rng),
        }
    )
    return frame, nouns


def _descriptions(
    look: NDArray[np.str_], matter: NDArray[np.str_], rng: np.random.Generator
) -> list[str]:
    skin = rng.choice(SKINS, len(look))
    rows = zip(look, matter, skin, strict=True)
    return [f"{a}款，添加{b}，日常都能用，{c}，七天无理由退换" for a, b, c in rows]


def _fallen(rng: np.random.Generator, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    scale = (1.0 / np.sqrt(np.arange(1, shape[-1] + 1))).astype(np.float32)
    vectors = rng.standard_normal(shape, dtype=np.float32) * scale
    vectors[..., 0] += 3.0
    vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors
