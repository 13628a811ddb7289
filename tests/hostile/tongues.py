"""Tables in the legacy encodings of many languages, long and short: the letters must come out right and the encoding be named."""

from __future__ import annotations

from tests.hostile.case import FINE, WARN, Case

# fmt: off
WORDS: dict[str, str] = {
    "russian": "Москва/Санкт-Петербург/Казань/Новосибирск/товар/доставка/очень/хорошо/быстро/цена/возврат/качество/магазин/покупатель/женщина/мужчина/красный/зелёный/синий/жёлтый",
    "ukrainian": "Київ/Львів/Харків/Одеса/товар/їжа/дуже/гарно/швидко/ціна/якість/м’який/покупець/жінка/чоловік/червоний/зелений/синій/жовтий/їдальня",
    "bulgarian": "София/Пловдив/Варна/Бургас/стока/доставка/много/добре/бързо/цена/връщане/качество/магазин/купувач/жена/мъж/червен/зелен/син/жълт",
    "greek": "Αθήνα/Θεσσαλονίκη/Πάτρα/Ηράκλειο/προϊόν/παράδοση/πολύ/καλά/γρήγορα/τιμή/επιστροφή/ποιότητα/κατάστημα/πελάτης/γυναίκα/άνδρας/κόκκινο/πράσινο/μπλε/κίτρινο",
    "turkish": "İstanbul/Ankara/İzmir/Şanlıurfa/ürün/teslimat/çok/güzel/hızlı/fiyat/iade/müşteri/kadın/kırmızı/yeşil/sarı/değil/ağaç/ışık/gümüş",
    "hebrew": "ירושלים/חיפה/אילת/מוצר/משלוח/מאוד/טוב/מהיר/מחיר/החזרה/איכות/חנות/לקוח/אישה/גבר/אדום/ירוק/כחול/צהוב/שלום",
    "arabic": "القاهرة/دمشق/بغداد/الرياض/المنتج/التوصيل/جيد/جدا/سريع/السعر/الجودة/المتجر/العميل/امرأة/رجل/أحمر/أخضر/أزرق/أصفر/مرحبا",
    "polish": "Łódź/Kraków/Gdańsk/Poznań/żółty/zielony/czerwony/źródło/książka/dostawa/szybka/jakość/sprzedaż/mężczyzna/świetny/błąd/zamówienie/gęś/miś/ćma",
    "czech": "Plzeň/Děčín/Ústí/České/žlutý/zelený/červený/dodávka/rychlá/cena/kvalita/příliš/kůň/úpěl/ďábelské/ódy/žena/muž/zákazník/výborně",
    "hungarian": "Győr/Szegedi/Debrecen/Pécs/termék/szállítás/nagyon/jó/gyors/ár/minőség/vásárló/nő/férfi/piros/zöld/kék/sárga/hűtő/fűtőtest",
    "lithuanian": "Vilnius/Šiauliai/Panevėžys/prekė/pristatymas/labai/gerai/greitai/kaina/grąžinimas/kokybė/parduotuvė/pirkėjas/moteris/žalia/mėlyna/geltona/ąžuolas/ūkis/įmonė",
    "thai": "กรุงเทพ/เชียงใหม่/ภูเก็ต/สินค้า/จัดส่ง/ดีมาก/รวดเร็ว/ราคา/คุณภาพ/ร้านค้า/ลูกค้า/ผู้หญิง/ผู้ชาย/สีแดง/สีเขียว/สีน้ำเงิน/สีเหลือง/ขอบคุณ",
    "japanese": "東京/大阪/名古屋/商品/配達/とても良い/速い/価格/返品/品質/店舗/お客様/女性/男性/赤い/みどり/青い/黄色/ありがとう/サービス",
    "half-width japanese": "ﾄｳｷｮｳ/ｵｵｻｶ/ﾅｺﾞﾔ/ｼｮｳﾋﾝ/ﾊｲﾀﾂ/ﾊﾔｲ/ｶｶｸ/ﾍﾝﾋﾟﾝ/ﾋﾝｼﾂ/ﾐｾ/ｵｷｬｸｻﾏ/ｼﾞｮｾｲ/ﾀﾞﾝｾｲ/ｱｶｲ/ﾐﾄﾞﾘ/ｱｵｲ/ｷｲﾛ/ｱﾘｶﾞﾄｳ/ｻｰﾋﾞｽ/ﾔﾏﾀﾞ ﾀﾛｳ",
    "chinese": "北京/上海/广州/产品/配送/非常好/快速/价格/退货/质量/商店/客户/女/男/红色/绿色/蓝色/黄色/谢谢/服务",
    "traditional chinese": "臺北/高雄/臺中/產品/配送/非常好/快速/價格/退貨/品質/商店/客戶/女性/男性/紅色/綠色/藍色/黃色/謝謝/服務",
    "korean": "서울/부산/대구/상품/배송/매우 좋음/빠름/가격/반품/품질/가게/고객/여성/남성/빨강/초록/파랑/노랑/감사합니다/서비스",
    "german": "München/Köln/Düsseldorf/Größe/Straße/gelb/grün/schön/Lieferung/sehr/gut/schnell/Preis/Rückgabe/Qualität/Geschäft/Käufer/Mädchen/für/über",
    "french": "Orléans/Besançon/Nîmes/qualité/livraison/très/bien/rapide/prix/élevé/garçon/fille/où/déjà/Noël/cœur/forêt/hôtel/été/âgé",
    "spanish": "Málaga/Cádiz/León/Coruña/niño/niña/rápido/envío/más/información/día/año/opinión/pésimo/qué/cuándo/cómo/mañana/precio/bien",
    "swedish": "Malmö/Göteborg/Umeå/Västerås/grön/blå/röd/snabb/leverans/kvalitet/mycket/bra/över/kött/kärlek/något/är/från/håll/större",
    "portuguese": "São/Coração/ação/não/preço/rápido/você/também/médico/avó/maçã/três/irmã/pão/opinião/ótimo/péssimo/lições/amanhã/João",
}
ENCODINGS: dict[str, tuple[tuple[str, str], ...]] = {
    "russian": (("cp1251", "1251|cyrillic"), ("koi8-r", "koi8|cyrillic"), ("cp866", "866|cyrillic"), ("iso8859-5", "8859-5|cyrillic"), ("mac-cyrillic", "mac|cyrillic")), "ukrainian": (("cp1251", "1251|cyrillic"), ("koi8-u", "koi8|cyrillic")), "bulgarian": (("cp1251", "1251|cyrillic"),),
    "greek": (("cp1253", "greek"), ("iso8859-7", "greek")), "turkish": (("cp1254", "turkish"), ("iso8859-9", "turkish")), "hebrew": (("cp1255", "hebrew"), ("iso8859-8", "hebrew")), "arabic": (("cp1256", "arabic"), ("iso8859-6", "arabic")), "polish": (("cp1250", "central"), ("iso8859-2", "central")), "czech": (("cp1250", "central"), ("iso8859-2", "central")),
    "hungarian": (("cp1250", "central"), ("iso8859-2", "central")), "lithuanian": (("cp1257", "baltic"),), "thai": (("cp874", "thai"),), "japanese": (("cp932", "shift"), ("euc_jp", "euc"), ("iso2022_jp", "iso-?2022")), "half-width japanese": (("cp932", "shift"),), "chinese": (("gb18030", "gb18030"), ("gbk", "gb")), "traditional chinese": (("big5", "big5"),),
    "korean": (("cp949", "korean"), ("euc_kr", "korean")), "german": (("latin-1", ""), ("cp1252", ""), ("mac-roman", "mac"), ("cp850", "850|dos"), ("iso8859-15", "")), "french": (("latin-1", ""), ("cp1252", ""), ("mac-roman", "mac"), ("cp850", "850|dos")), "spanish": (("latin-1", ""), ("mac-roman", "mac"), ("cp850", "850|dos")), "swedish": (("latin-1", ""), ("mac-roman", "mac"), ("cp850", "850|dos")), "portuguese": (("latin-1", ""), ("mac-roman", "mac")),
}
UNSURE = (("czech", "cp1250"), ("czech", "iso8859-2"), ("hungarian", "cp1250"), ("hungarian", "iso8859-2"), ("lithuanian", "cp1257"), ("japanese", "euc_jp"))
# fmt: on


def letters(words: str, encoding: str) -> tuple[str, ...]:
    """The words the encoding can hold, so that every file is a faithful one."""
    kept = []
    for word in words.split("/"):
        try:
            word.encode(encoding)
        except UnicodeEncodeError:
            continue
        kept.append(word)
    return tuple(kept)


def table(words: tuple[str, ...], encoding: str, kinds: int, rows: int) -> bytes:
    """A table whose column ``v`` cycles through the first words, as bytes."""
    lines = ["q,v,note,k"]
    for i in range(rows):
        note = " ".join(words[(i * 7 + j * 3) % len(words)] for j in range(2 + i % 4)) if kinds > 5 else "plain"
        lines.append(f"{i * 13 % 50}.5,{words[i % kinds]},{note},{'ab'[i // 2 % 2]}")
    return "\n".join(lines).encode(encoding)


def cases() -> list[Case]:
    """Each language in each of its encodings: 3 words 12 times, 8 words 40 times, every word 600 times."""
    found = []
    for tongue, encodings in ENCODINGS.items():
        for encoding, named in encodings:
            words = letters(WORDS[tongue], encoding)
            for size, kinds, rows in (("few", 3, 36), ("some", 8, 40), ("many", len(words), 600)):
                data = table(words, encoding, kinds, rows)
                if data.isascii() and encoding != "iso2022_jp":
                    continue
                # Three words leave several encodings possible: then the guess must at least be told.
                unsure = size == "few" and (tongue, encoding) in UNSURE
                wanted, says = (() if unsure else words[:kinds] * 2), ("not UTF-8" if unsure else named)
                found.append(
                    Case(
                        f"tongue {tongue} {encoding} {size}",
                        "a.csv",
                        data,
                        WARN if says else FINE,
                        says=says,
                        rows=rows,
                        types={"q": "numeric"},
                        values={"v": wanted[: min(rows, 12)]},
                    )
                )
    return found
