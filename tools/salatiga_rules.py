"""The judgements behind Salatiga's estimates, as tables: the part of each rule that no published figure gives.

Every number here is grade D. What is published is read from data/salatiga/figures.csv instead; the rules are written
out in words in data/salatiga/sources.csv, one per rule id.
"""

GROUPS = ("frontline", "backoffice", "leader")
COMPETENCIES = ("integritas", "kerja_sama", "komunikasi", "orientasi_hasil", "pelayanan_publik", "pengembangan",
                "mengelola_perubahan", "pengambilan_keputusan", "perekat_bangsa", "teknis", "digital")
ELEMENTS = ("persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku", "pengaduan", "sarana")

# Agencies: id, English name, form, kind, leaders by structure, usual posts at the front line and in the back office,
# people served a year as a share of a base ("" where services count them).
AGENCIES = (
    ("inspektorat", "Inspectorate", "Inspektorat", "office", 9, 8, 20, "asn", 0.15),
    ("setda", "Regional Secretariat", "Sekretariat", "office", 30, 12, 78, "residents", 0.010),
    ("setwan", "Council Secretariat", "Sekretariat", "office", 9, 6, 20, "residents", 0.004),
    ("bkpsdm", "Civil Service and Human Resources Agency", "Badan", "office", 8, 8, 16, "asn", 1.0),
    ("bakesbangpol", "National Unity and Politics Agency", "Badan", "office", 7, 6, 11, "residents", 0.003),
    ("bpkpd", "Finance and Revenue Agency", "Badan", "office", 11, 18, 34, "", 0),
    ("bappeda", "Development Planning Agency", "Badan", "office", 9, 6, 22, "residents", 0.003),
    ("disbudpar", "Culture and Tourism Office", "Dinas", "office", 8, 10, 14, "residents", 0.020),
    ("dispora", "Youth and Sports Office", "Dinas", "office", 8, 10, 14, "residents", 0.030),
    ("disdukcapil", "Population and Civil Registry Office", "Dinas", "registry", 9, 26, 10, "", 0),
    ("dinkes", "Health Office", "Dinas", "health", 9, 14, 37, "residents", 0.010),
    ("diskominfo", "Communication and Informatics Office", "Dinas", "office", 8, 8, 18, "", 0),
    ("dinkop_ukm", "Cooperatives and Small Business Office", "Dinas", "office", 7, 10, 11, "residents", 0.015),
    ("dlh", "Environment Office", "Dinas", "office", 9, 40, 24, "residents", 0.030),
    ("dispangtan", "Food and Agriculture Office", "Dinas", "office", 9, 22, 14, "residents", 0.020),
    ("dpupr", "Public Works and Spatial Planning Office", "Dinas", "office", 11, 16, 36, "residents", 0.008),
    ("dp3appkb", "Women, Children and Family Planning Office", "Dinas", "office", 9, 24, 13, "residents", 0.050),
    ("dpmptsp", "Investment and One-Stop Service Office", "Dinas", "permits", 9, 20, 12, "", 0),
    ("disdik", "Education Office", "Dinas", "office", 10, 12, 32, "residents", 0.020),
    ("disdag", "Trade Office", "Dinas", "office", 9, 30, 14, "", 0),
    ("dishub", "Transport Office", "Dinas", "office", 9, 28, 14, "residents", 0.010),
    ("disperinaker", "Industry and Manpower Office", "Dinas", "office", 9, 14, 15, "residents", 0.010),
    ("dispersip", "Library and Archives Office", "Dinas", "office", 8, 16, 10, "", 0),
    ("dpkp", "Housing and Settlements Office", "Dinas", "office", 9, 10, 18, "residents", 0.005),
    ("dinsos", "Social Affairs Office", "Dinas", "office", 8, 14, 12, "", 0),
    ("satpol_pp", "Municipal Police Unit", "Satpol PP", "office", 9, 46, 10, "residents", 0.010),
)
DISTRICTS = ("sidorejo", "tingkir", "sidomukti", "argomulyo")
DISTRICT_POSTS = (8, 12, 11)  # leaders, front line, back office of the kecamatan itself
VILLAGE_POSTS = (2, 5, 1.5)  # the same for each kelurahan
HEALTH_CENTRES = (("cebongan", "argomulyo"), ("tegalrejo", "argomulyo"), ("kalicacing", "sidomukti"),
                  ("mangunsari", "sidomukti"), ("sidorejo_kidul", "tingkir"), ("sidorejo_lor", "sidorejo"))
HEALTH_CENTRE_POSTS = (2, 24, 5)
RESIDENTS_PER_NURSE = 2500  # one more post at the front line of a puskesmas
HOSPITAL_POSTS = (12, 240, 48)
SD_POSTS = (1, 8, 0.5)  # per school: head; six class teachers, religion, sport; half a caretaker or clerk
SMP_POSTS = (1, 37, 6)
TK_POSTS = (1, 7, 0)
# Pupils: classes per school; how full a class is against the legal maximum
CLASSES = {"sd": 6, "smp": 21, "tk": 6}
FULLNESS = {"sd": 24 / 28, "smp": 30 / 32, "tk": 1.0}

RETIREMENTS_OF_DOUBT = 100  # weight of "all groups alike" against the 18 published retirements

# Demand
WORKING_DAYS, DESK_HOURS, WEEK_DAYS_6 = 245, 6.0, 295
PEAK_SHARE, PEAK_PART = 0.5, 0.4  # half of the visitors in the first 40 % of the opening hours
ONLINE_SHARE = 0.4  # of family cards, certificates and child cards
AT_DISTRICT = 0.5  # of the e-KTP applications
MARRIAGES, MOVES = 7 / 1000, 25 / 1000  # per resident and year
CHILD_CARDS_LOST = 0.1
CORRECTIONS = 0.05
LETTERS = 0.30  # per resident and year
VISITS_OF_CONTACTS = 0.5  # share of health contacts that are visits
HOSPITAL_VISITS = 0.35  # per resident and year
MPP_SHARE = 1 / 3  # of all visits to the mall go to the permit desk
PERMITS_PER_VISIT = 1 / 6
HOUSEHOLD_SIZE, NEW_BUILDINGS = 3.2, 0.012  # building approvals per household and year
SOCIAL_CASES = 0.04  # per household and year
TRADERS, TRADER_VISITS = 0.025, 2
TAX_VISITS = 0.15  # of the taxpayers
LOANS = 0.25  # of the library's visitors come to the desk
PROMOTION_PERIODS, MONTHS = 2, 12
ON_TIME = 0.8  # turnaround now over the limit

# Visits or cases per person served
REPEAT = {"registry": 1.3, "permits": 1.3, "district": 1.3, "puskesmas": 3.0, "hospital": 2.5, "bpkpd": 1.2,
          "diskominfo": 1.2, "disdag": 2.0, "dispersip": 3.0, "dinsos": 1.0}
RESPONDENTS = 150

# Counters: names, staff minutes per visitor, error rate, share of the time that staff control
COUNTERS = {
    "disdukcapil_ktp": ("Loket KTP elektronik", "Electronic ID card desk", 13, 0.04, 0.35),
    "disdukcapil_kk": ("Loket kartu keluarga dan pindah datang", "Family card and moving desk", 12, 0.06, 0.50),
    "disdukcapil_akta": ("Loket akta pencatatan sipil", "Civil certificate desk", 15, 0.06, 0.50),
    "disdukcapil_kia": ("Loket kartu identitas anak", "Child identity card desk", 8, 0.03, 0.40),
    "dpmptsp_mpp": ("Loket perizinan di Mal Pelayanan Publik", "Permit desk in the public service mall", 12, 0.06, 0.55),
    "ktp": ("KTP elektronik melalui kecamatan", "Electronic ID card through the district", 15, 0.04, 0.35),
    "surat": ("Surat keterangan kelurahan", "Letters of the villages", 15, 0.04, 0.60),
    "daftar": ("Pendaftaran pasien", "Patient registration", 4, 0.04, 0.60),
    "rsud_rawat_jalan": ("Pendaftaran rawat jalan", "Outpatient registration", 5, 0.05, 0.50),
    "bpkpd_pajak": ("Loket pajak daerah", "Local tax desk", 10, 0.05, 0.50),
    "disdag_pasar": ("Layanan pedagang pasar", "Market traders' desk", 8, 0.03, 0.60),
    "dishub_kir": ("Uji kendaraan (KIR)", "Vehicle test", 30, 0.04, 0.30),
    "disperinaker_ak1": ("Kartu pencari kerja (AK-1)", "Job-seeker card", 7, 0.04, 0.50),
    "dispersip_perpustakaan": ("Meja layanan perpustakaan", "Library desk", 3, 0.02, 0.50),
}
REGISTRY_WINDOWS = 0.4  # of the front line sit at a window at any time
FRONTLINE_PER_WINDOW = {"dpmptsp_mpp": 3, "rsud_rawat_jalan": 45, "bpkpd_pajak": 5, "disdag_pasar": 12,
                        "dispersip_perpustakaan": 5, "daftar": 16}
LEAST_WINDOWS = {"daftar": 2}
REGISTRATION_MINUTES, TEST_MINUTES = 15, 60  # limits without a published proxy

# Casework: names, staff minutes per case, share of the unit's staff on it, error rate, share staff control
CASEWORK = {
    "disdukcapil_daring": ("Dokumen kependudukan daring", "Civil documents online", 15, 0.10, 0.10, 0.50),
    "disdukcapil_pembetulan": ("Pembetulan akta dan biodata", "Correction of certificates and data", 60, 0.10, 0.08, 0.60),
    "dpmptsp_izin": ("Izin usaha dan praktik", "Business and practice permits", 120, 0.25, 0.12, 0.45),
    "dpupr_pbg": ("Persetujuan bangunan gedung (PBG)", "Building approval", 480, 0.18, 0.20, 0.30),
    "dinsos_verifikasi": ("Verifikasi bantuan sosial", "Verification for social assistance", 90, 0.20, 0.10, 0.40),
    "diskominfo_aduan": ("Pengaduan warga (SP4N-LAPOR!)", "Citizens' complaints", 45, 0.15, 0.08, 0.40),
    "bkpsdm_pangkat": ("Kenaikan pangkat dan pensiun ASN", "Promotion and retirement of staff", 180, 0.22, 0.08, 0.35),
}
PBG_DAYS = 28  # general knowledge of the national rule, not checked against its text

# Mean level today: frontline, backoffice, leader
LEVELS = {
    "integritas": (2.0, 2.0, 3.0), "kerja_sama": (1.9, 1.9, 2.8), "komunikasi": (1.8, 1.75, 2.7),
    "orientasi_hasil": (1.8, 1.85, 2.75), "pelayanan_publik": (1.9, 1.7, 2.8), "pengembangan": (1.5, 1.5, 2.5),
    "mengelola_perubahan": (1.4, 1.5, 2.4), "pengambilan_keputusan": (1.4, 1.5, 2.6), "perekat_bangsa": (1.9, 1.9, 2.9),
    "teknis": (2.4, 2.3, 2.9), "digital": (1.9, 2.0, 2.1),
}
LEVEL_SHIFTS = {
    "registry": {"pelayanan_publik": 0.1, "digital": 0.2}, "permits": {"komunikasi": 0.1, "digital": 0.2},
    "health": {"teknis": 0.2}, "school": {"komunikasi": 0.1, "teknis": 0.1, "digital": -0.1},
    "district": {"pelayanan_publik": 0.1, "digital": -0.1}, "office": {}, "diskominfo": {"digital": 0.5},
}

# Ratings: score of a kind, effect of the load of the busiest counter, element profile (sums to zero)
KIND_SCORE = {"district": 1.0, "school": 0.5, "permits": 0.0, "office": 0.0, "registry": 0.0, "health": -0.5}
LOAD_SCORE = -1.0  # per unit of load above the median
RANGE_OF_70_UNITS = 4.7  # expected range of 70 normal values, in standard deviations
PROFILE = dict(zip(ELEMENTS, (0.0, -0.01, -0.12, 0.22, 0.0, 0.04, 0.07, -0.10, -0.10), strict=True))
