"""Who buys: shops and restaurants, wholesalers and makers, importers abroad."""

from dataclasses import dataclass

from odoo import models
from odoo.fields import Command

# city: state code, zip, latitude, longitude
CITIES = {
    "Jakarta": ("JK", "10110", -6.1754, 106.8272),
    "Tangerang": ("BT", "15111", -6.1783, 106.6319),
    "Bekasi": ("JB", "17111", -6.2383, 106.9756),
    "Bogor": ("JB", "16111", -6.5971, 106.8060),
    "Bandung": ("JB", "40111", -6.9175, 107.6191),
    "Cirebon": ("JB", "45111", -6.7320, 108.5523),
    "Bandar Lampung": ("LA", "35111", -5.4500, 105.2667),
    "Palembang": ("SS", "30111", -2.9761, 104.7754),
    "Medan": ("SU", "20111", 3.5952, 98.6722),
    "Semarang": ("JT", "50111", -6.9667, 110.4167),
    "Solo": ("JT", "57111", -7.5755, 110.8243),
    "Yogyakarta": ("YO", "55111", -7.7956, 110.3695),
    "Surabaya": ("JI", "60111", -7.2575, 112.7521),
    "Sidoarjo": ("JI", "61211", -7.4478, 112.7183),
    "Malang": ("JI", "65111", -7.9666, 112.6326),
    "Denpasar": ("BA", "80111", -8.6705, 115.2126),
    "Mataram": ("NB", "83111", -8.5833, 116.1167),
    "Makassar": ("SN", "90111", -5.1477, 119.4327),
    "Banjarmasin": ("KS", "70111", -3.3186, 114.5944),
    "Balikpapan": ("KI", "76111", -1.2379, 116.8529),
}

# city: country code, telephone prefix, latitude, longitude
CITIES_ABROAD = {
    "Rotterdam": ("nl", "+31 10", 51.9244, 4.4777),
    "Hamburg": ("de", "+49 40", 53.5511, 9.9937),
    "Trieste": ("it", "+39 040", 45.6495, 13.7768),
    "Antwerp": ("be", "+32 3", 51.2194, 4.4025),
    "Seattle": ("us", "+1 206", 47.6062, -122.3321),
    "Osaka": ("jp", "+81 6", 34.6937, 135.5023),
    "Busan": ("kr", "+82 51", 35.1796, 129.0756),
    "Dubai": ("ae", "+971 4", 25.2048, 55.2708),
    "Singapore": ("sg", "+65", 1.3521, 103.8198),
    "Melbourne": ("au", "+61 3", -37.8136, 144.9631),
    "Jeddah": ("sa", "+966 12", 21.4858, 39.1925),
}

STREETS = (
    "Jalan Melati", "Jalan Kenanga", "Jalan Cendana", "Jalan Pala", "Jalan Pelabuhan", "Jalan Pasar Baru",
    "Jalan Gudang Timur", "Jalan Niaga", "Jalan Flamboyan", "Jalan Anggrek",
)  # fmt: skip
STREETS_ABROAD = ("Harbour Road", "Quay Street", "Warehouse Lane", "Dock Road", "Market Street")

# name, city, contact, role, salesperson, weight (how often it buys)
WHOLESALE = (
    ("CV Sumber Rasa Makmur", "Jakarta", "Hendra Wijaya", "Owner", "rina", 6),
    ("PT Bumbu Kita Sejahtera", "Bekasi", "Ratna Sari", "Purchasing Manager", "rina", 6),
    ("PT Dapur Sriwijaya Pangan", "Palembang", "Yusuf Hamdani", "Procurement Head", "rina", 4),
    ("UD Rempah Pasar Induk", "Jakarta", "Tatang Suherman", "Owner", "rina", 4),
    ("PT Sangrai Kopi Priangan", "Bandung", "Fitri Handayani", "Head Roaster", "rina", 5),
    ("CV Cokelat Rakyat", "Bandung", "Dimas Nugroho", "Production Manager", "rina", 3),
    ("PT Jamu Warisan Ibu", "Semarang", "Endang Susilowati", "Purchasing Manager", "rina", 3),
    ("UD Berkah Tani Lampung", "Bandar Lampung", "Slamet Riyadi", "Owner", "budi", 3),
    ("PT Mitra Boga Andalas", "Medan", "Togar Siregar", "Procurement Head", "budi", 4),
    ("PT Hotel Pesisir Persada", "Jakarta", "Lina Marpaung", "Food & Beverage Manager", "budi", 4),
    ("CV Roti Empat Saudara", "Bogor", "Asep Kurnia", "Owner", "budi", 2),
    ("Koperasi Kopi Gunung Ciremai", "Cirebon", "Maman Abdurahman", "Chairman", "budi", 2),
    ("CV Kue Basah Nusantara", "Tangerang", "Melinda Gunawan", "Owner", "agus", 5),
    ("UD Sari Kelapa Utama", "Cirebon", "Nanang Kosasih", "Owner", "agus", 4),
    ("CV Katering Sedap Malam", "Jakarta", "Wulan Permata", "Head Chef", "agus", 5),
    ("PT Rasa Timur Abadi", "Surabaya", "Bambang Hermawan", "Procurement Head", "dewi", 6),
    ("CV Sambal Arek", "Sidoarjo", "Siti Aminah", "Production Manager", "dewi", 5),
    ("PT Kopi Kawi Perkasa", "Malang", "Rudi Hartanto", "Head Roaster", "dewi", 4),
    ("UD Toko Palawija Ampel", "Surabaya", "Abdul Karim", "Owner", "dewi", 3),
    ("PT Borneo Pangan Lestari", "Banjarmasin", "Noor Hidayah", "Purchasing Manager", "dewi", 2),
    ("PT Resor Pantai Senggigi Indah", "Mataram", "Baiq Nurhayati", "Food & Beverage Manager", "wayan", 3),
    ("CV Pulau Dewata Rasa", "Denpasar", "Made Arsana", "Owner", "wayan", 5),
    ("PT Celebes Cokelat Jaya", "Makassar", "Andi Rahman", "Production Manager", "wayan", 4),
    ("CV Mahakam Sembako", "Balikpapan", "Joko Susanto", "Owner", "wayan", 2),
)
RETAIL = (
    ("Toko Bumbu Bu Lastri", "Jakarta", "Lastri Rahayu", "Owner", "agus", 5),
    ("Kedai Kopi Senja Kala", "Jakarta", "Reza Firmansyah", "Barista", "agus", 6),
    ("Warung Soto Pak Min", "Bekasi", "Suparmin", "Owner", "agus", 3),
    ("Rumah Makan Simpang Raso", "Tangerang", "Elvi Yuliana", "Owner", "agus", 4),
    ("Toko Kue Delima", "Bogor", "Novi Anggraini", "Owner", "agus", 3),
    ("Kopi Lereng Galunggung", "Bandung", "Gilang Ramadhan", "Head Roaster", "agus", 4),
    ("Toko Sehat Alami", "Bandung", "Intan Maharani", "Owner", "agus", 2),
    ("Dapur Mama Tio", "Jakarta", "Tiominar Hutapea", "Head Chef", "budi", 2),
    ("Kafe Peron Tua", "Semarang", "Bayu Aditya", "Manager", "budi", 2),
    ("Toko Oleh-Oleh Laweyan", "Solo", "Sri Wahyuni", "Owner", "rina", 2),
    ("Angkringan Kopi Prawiro", "Yogyakarta", "Danang Prawiro", "Owner", "rina", 2),
    ("Kedai Cokelat Tugu", "Yogyakarta", "Anisa Rahmawati", "Manager", "rina", 2),
    ("Toko Rempah Kapasan", "Surabaya", "Lie Mei Hwa", "Owner", "dewi", 4),
    ("Depot Rawon Bu Nur", "Surabaya", "Nurjanah", "Owner", "dewi", 3),
    ("Kedai Kopi Ijen Pagi", "Malang", "Arif Setiawan", "Barista", "dewi", 3),
    ("Warung Nasi Bli Komang", "Denpasar", "Komang Adi", "Owner", "wayan", 3),
    ("Vila Padi Resto", "Denpasar", "Ketut Sri Ayu", "Head Chef", "wayan", 4),
    ("Coto Daeng Baso", "Makassar", "Baso Ilham", "Owner", "wayan", 3),
    ("Toko Roti Samarinda Jaya", "Balikpapan", "Hartati", "Owner", "wayan", 2),
)
EXPORT = (
    ("Maaszicht Specerijen B.V.", "Rotterdam", "Joris van der Veen", "Buyer", "dewi", 3),
    ("Elbufer Gewürzkontor GmbH", "Hamburg", "Katrin Albrecht", "Head of Purchasing", "dewi", 3),
    ("Adriatica Caffè Verde S.r.l.", "Trieste", "Paolo Morandi", "Green Coffee Buyer", "rina", 3),
    ("Scheldekaai Cacao N.V.", "Antwerp", "Lotte Claes", "Buyer", "dewi", 2),
    ("Rainy Harbor Roasters LLC", "Seattle", "Megan Foster", "Green Coffee Buyer", "rina", 2),
    ("Kitahama Food Trading K.K.", "Osaka", "Haruto Nakagawa", "Import Manager", "dewi", 1),
    ("Haeundae Coffee Import Co.", "Busan", "Kim Seo-yeon", "Import Manager", "dewi", 1),
    ("Creek Side Foodstuff Trading LLC", "Dubai", "Omar Al Mansoori", "General Manager", "budi", 2),
    ("Straits Spice House Pte. Ltd.", "Singapore", "Tan Wei Ling", "Buyer", "budi", 2),
    ("Yarra Bend Organics Pty Ltd", "Melbourne", "Emily Turner", "Procurement Manager", "wayan", 2),
    ("Red Sea Provisions Est.", "Jeddah", "Khalid Al Harbi", "General Manager", "budi", 1),
    ("Noordereiland Kokos B.V.", "Rotterdam", "Femke de Wit", "Buyer", "wayan", 2),
)

LOGINS = {
    "budi": "demo_user_lead",
    "wayan": "demo_user_lead_surabaya",
    "rina": "demo_user_rina",
    "agus": "demo_user_agus",
    "dewi": "demo_user_dewi",
}


@dataclass
class Customer:
    segment: str
    user: str
    weight: int
    partner: models.BaseModel
    contact: models.BaseModel


def create_customers(story):
    rows = [("wholesale", *row) for row in WHOLESALE]
    rows += [("retail", *row) for row in RETAIL]
    rows += [("export", *row) for row in EXPORT]
    export_position = story.env["account.fiscal.position"].create(
        # A fiscal position without taxes takes the taxes off: no PPN on exports.
        {"name": "Ekspor (tanpa PPN)", "company_id": story.company.id}
    )
    partners = story.env["res.partner"].create([_partner_values(story, row, export_position) for row in rows])
    story.customers = [
        Customer(segment, LOGINS[login], weight, partner, partner.child_ids)
        for (segment, _name, _city, _contact, _role, login, weight), partner in zip(rows, partners, strict=True)
    ]


def _partner_values(story, row, export_position):
    segment, name, city, contact, role, login, _weight = row
    abroad = segment == "export"
    domain = "".join(character for character in name.lower() if character.isascii() and character.isalnum())
    term = "account.account_payment_term_immediate" if segment == "retail" else "account.account_payment_term_30days"
    address = _address_abroad(story, city) if abroad else _address(story, city)
    return {
        "name": name,
        "is_company": True,
        "lang": "en_US",
        "email": f"office@{domain}.example.com",
        "company_id": story.company.id,
        "user_id": story.users[LOGINS[login]].id,
        "property_product_pricelist": story.pricelists[f"demo_pricelist_{segment}"].id,
        "property_payment_term_id": story.env.ref(term).id,
        "property_account_position_id": export_position.id if abroad else False,
        **address,
        "child_ids": [
            Command.create(
                {
                    "name": contact,
                    "type": "contact",
                    "function": role,
                    "email": f"{contact.split()[0].lower()}@{domain}.example.com",
                    "phone": address["phone"][:-2] + f"{story.rng.randrange(10, 100)}",
                    "lang": "en_US",
                    "company_id": story.company.id,
                    "user_id": story.users[LOGINS[login]].id,
                }
            )
        ],
    }


def _address(story, city):
    state, zip_code, latitude, longitude = CITIES[city]
    return {
        "street": f"{story.rng.choice(STREETS)} {story.rng.randrange(2, 180)}",
        "city": city,
        "zip": zip_code,
        "state_id": story.env.ref(f"base.state_id_{state.lower()}").id,
        "country_id": story.env.ref("base.id").id,
        "phone": f"+62 812 5550 {story.rng.randrange(1000, 10000)}",
        **_position(story, latitude, longitude),
    }


def _address_abroad(story, city):
    country, prefix, latitude, longitude = CITIES_ABROAD[city]
    return {
        "street": f"{story.rng.choice(STREETS_ABROAD)} {story.rng.randrange(2, 180)}",
        "city": city,
        "country_id": story.env.ref(f"base.{country}").id,
        "phone": f"{prefix} 555 {story.rng.randrange(1000, 10000)}",
        **_position(story, latitude, longitude),
    }


def _position(story, latitude, longitude):
    """Somewhere within about three kilometres of the city's centre."""
    return {
        "partner_latitude": round(latitude + story.rng.uniform(-0.025, 0.025), 6),
        "partner_longitude": round(longitude + story.rng.uniform(-0.025, 0.025), 6),
    }
