"""The models of leads as they are after 0057_heard_about_us_from."""

import datetime
import re

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
import django.db.models.manager
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import leads.contact
import leads.models.import_file
import leads.models.lead_queries
import leads.models.tag
import leads.privacy
import medspa.audit.history
import medspa.clock
import medspa.encryption.fields
import medspa.ids
import medspa.json_columns.conditions
import medspa.lists.constraints

MODELS = (
    migrations.CreateModel(
        name="Procedure",
        fields=[
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=40)),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            (
                "code",
                models.CharField(
                    blank=True,
                    help_text="For imports and reports; made from the name if left empty.",
                    max_length=10,
                    validators=[
                        django.core.validators.RegexValidator(
                            "^[A-Z][A-Z0-9]{1,9}$",
                            "Use 2 to 10 capital letters and digits, like PEEL.",
                        )
                    ],
                ),
            ),
            (
                "category",
                models.CharField(
                    choices=[("service", "Service"), ("retail", "Retail")],
                    default="service",
                    max_length=10,
                ),
            ),
            (
                "default_value_cents",
                models.BigIntegerField(
                    blank=True,
                    help_text="Filled in as the expected value of a lead.",
                    null=True,
                    verbose_name="usual value",
                ),
            ),
            (
                "repeat_months",
                models.SmallIntegerField(
                    blank=True,
                    help_text="How long until people usually come back for it.",
                    null=True,
                    verbose_name="repeats after (months)",
                ),
            ),
        ],
        options={
            "ordering": ["name"],
            "abstract": False,
            "default_manager_name": "all_objects",
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "name__regex",
                            "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                        ),
                        _negated=True,
                    ),
                    name="leads_procedure_name_is_no_persons",
                    violation_error_message="A name can't contain an email address, date, phone number or other long number.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("name", ""), _negated=True),
                    name="leads_procedure_has_a_name",
                    violation_error_message="Enter a name.",
                ),
                models.UniqueConstraint(
                    django.db.models.functions.text.Lower("name"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="leads_procedure_name_is_unique",
                    violation_error_message="This name is already in the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("code__regex", "^[A-Z][A-Z0-9]{1,9}$")),
                    name="leads_procedure_code_is_short",
                    violation_error_message="Use 2 to 10 capital letters and digits, like PEEL.",
                ),
                models.UniqueConstraint(
                    fields=("code",),
                    name="leads_procedure_code_is_unique",
                    violation_error_message="There is already a procedure with this code.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("category__in", ["service", "retail"])),
                    name="leads_procedure_category_is_known",
                    violation_error_message="Choose a category from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("default_value_cents__isnull", True),
                        ("default_value_cents__range", (1, 1000000000)),
                        _connector="OR",
                    ),
                    name="leads_procedure_value_is_positive",
                    violation_error_message="The usual value must be above zero.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("repeat_months__isnull", True),
                        ("repeat_months__range", (1, 120)),
                        _connector="OR",
                    ),
                    name="leads_procedure_repeats_in_months",
                    violation_error_message="Enter 1 to 120 months, or nothing.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="LeadSource",
        fields=[
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=40)),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            ("code", models.CharField(editable=False, max_length=20)),
            (
                "meaning",
                models.CharField(
                    choices=[
                        ("facebook", "Facebook"),
                        ("instagram", "Instagram"),
                        ("google", "Google"),
                        ("tiktok", "TikTok"),
                        ("referral", "Referral"),
                        ("organic", "Organic search"),
                        ("website", "Website form"),
                        ("phone", "Phone call"),
                        ("walk_in", "Walk-in"),
                        ("gohighlevel", "GoHighLevel"),
                        ("other", "Other"),
                    ],
                    help_text="Decides how it is counted. Can't be changed later.",
                    max_length=20,
                    verbose_name="means",
                ),
            ),
        ],
        options={
            "verbose_name": "source",
            "ordering": ["name"],
            "abstract": False,
            "default_manager_name": "all_objects",
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "name__regex",
                            "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                        ),
                        _negated=True,
                    ),
                    name="leads_leadsource_name_is_no_persons",
                    violation_error_message="A name can't contain an email address, date, phone number or other long number.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("name", ""), _negated=True),
                    name="leads_leadsource_has_a_name",
                    violation_error_message="Enter a name.",
                ),
                models.UniqueConstraint(
                    django.db.models.functions.text.Lower("name"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="leads_leadsource_name_is_unique",
                    violation_error_message="This name is already in the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("code__regex", "^[a-z][a-z0-9_]{0,19}$")),
                    name="leads_leadsource_code_is_short",
                    violation_error_message="A code has up to 20 small letters, digits and underscores.",
                ),
                models.UniqueConstraint(
                    fields=("code",),
                    name="leads_leadsource_code_is_unique",
                    violation_error_message="There is already a source with this code.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "meaning__in",
                            [
                                "facebook",
                                "instagram",
                                "google",
                                "tiktok",
                                "referral",
                                "organic",
                                "website",
                                "phone",
                                "walk_in",
                                "gohighlevel",
                                "other",
                            ],
                        )
                    ),
                    name="leads_leadsource_meaning_is_known",
                    violation_error_message="Choose what it means from the list.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="Lead",
        fields=[
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "external_id",
                models.CharField(
                    blank=True,
                    error_messages={
                        "unique": "Another lead already has this contact ID."
                    },
                    max_length=64,
                    null=True,
                    unique=True,
                    verbose_name="GoHighLevel contact ID",
                ),
            ),
            (
                "first_name",
                models.CharField(
                    max_length=40,
                    validators=[leads.privacy.require_given_name],
                    verbose_name="first name",
                ),
            ),
            (
                "email",
                medspa.encryption.fields.EncryptedField(
                    associated_data="leads_lead.email",
                    blank=True,
                    clean=leads.contact.clean_email,
                    verbose_name="email",
                ),
            ),
            (
                "email_index",
                medspa.encryption.fields.BlindIndexField(
                    blank=True,
                    column="leads_lead.email",
                    default=b"",
                    editable=False,
                    normalize=leads.contact.email_key,
                    of="email",
                ),
            ),
            (
                "phone",
                medspa.encryption.fields.EncryptedField(
                    associated_data="leads_lead.phone",
                    blank=True,
                    clean=leads.contact.clean_phone,
                ),
            ),
            (
                "phone_index",
                medspa.encryption.fields.BlindIndexField(
                    blank=True,
                    column="leads_lead.phone",
                    default=b"",
                    editable=False,
                    normalize=leads.contact.phone_key,
                    of="phone",
                ),
            ),
            (
                "phone_last4_index",
                medspa.encryption.fields.BlindIndexField(
                    blank=True,
                    column="leads_lead.phone_last4",
                    default=b"",
                    editable=False,
                    normalize=leads.contact.last_four,
                    of="phone",
                ),
            ),
            ("source", models.CharField(default="other", max_length=20)),
            (
                "ad_platform",
                models.CharField(
                    blank=True,
                    choices=[
                        ("facebook", "Facebook"),
                        ("instagram", "Instagram"),
                        ("google", "Google"),
                        ("tiktok", "TikTok"),
                        ("bing", "Bing"),
                        ("yelp", "Yelp"),
                        ("other", "Other"),
                    ],
                    max_length=20,
                    verbose_name="ad platform",
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=medspa.clock.now, editable=False, verbose_name="created"
                ),
            ),
            ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            (
                "assigned_to",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="leads",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="assigned to",
                ),
            ),
            (
                "campaign",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="leads",
                    to="campaigns.campaign",
                ),
            ),
            (
                "is_backfilled",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    editable=False,
                    verbose_name="imported later",
                ),
            ),
            (
                "created_time_known",
                models.BooleanField(
                    db_default=True,
                    default=True,
                    editable=False,
                    verbose_name="time of day known",
                ),
            ),
            (
                "erased_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="erased"
                ),
            ),
            (
                "heard_from",
                models.CharField(
                    blank=True,
                    max_length=20,
                    null=True,
                    verbose_name="heard about us from",
                ),
            ),
            (
                "do_not_contact_at",
                models.DateTimeField(
                    blank=True,
                    editable=False,
                    null=True,
                    verbose_name="do not contact since",
                ),
            ),
        ],
        options={
            "ordering": ["-created_at", "-id"],
            "permissions": [
                ("restore_lead", "Can restore deleted leads"),
                ("bulk_delete_lead", "Can delete many leads at once"),
                ("export_lead", "Can export leads"),
                ("merge_lead", "Can merge leads"),
                ("import_lead", "Can import leads"),
                ("read_history", "Can read the history of leads"),
                ("put_back", "Can restore past values"),
            ],
            "abstract": False,
            "default_manager_name": "all_objects",
            "indexes": [
                models.Index(
                    models.F("created_at"),
                    models.F("id"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="leads_lead_created",
                ),
                models.Index(
                    models.F("source"),
                    models.F("created_at"),
                    models.F("id"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="leads_lead_source",
                ),
                models.Index(
                    models.F("campaign"),
                    models.F("created_at"),
                    models.F("id"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="leads_lead_campaign_created",
                ),
                models.Index(
                    models.F("email_index"),
                    condition=models.Q(("email_index", b""), _negated=True),
                    name="leads_lead_email",
                ),
                models.Index(
                    models.F("phone_index"),
                    condition=models.Q(("phone_index", b""), _negated=True),
                    name="leads_lead_phone",
                ),
                models.Index(
                    models.F("phone_last4_index"),
                    condition=models.Q(("phone_last4_index", b""), _negated=True),
                    name="leads_lead_phone_last4",
                ),
                models.Index(
                    leads.models.lead_queries.Folded("first_name"),
                    models.F("id"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="leads_lead_name_folded",
                ),
                models.Index(
                    models.F("ad_platform"),
                    models.F("created_at"),
                    models.F("id"),
                    condition=models.Q(
                        ("deleted_at__isnull", True),
                        models.Q(("ad_platform", ""), _negated=True),
                    ),
                    name="leads_lead_platform",
                ),
                models.Index(
                    models.F("deleted_at"),
                    models.F("id"),
                    condition=models.Q(("deleted_at__isnull", False)),
                    name="leads_lead_deleted_at",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "ad_platform__in",
                            [
                                "",
                                "facebook",
                                "instagram",
                                "google",
                                "tiktok",
                                "bing",
                                "yelp",
                                "other",
                            ],
                        )
                    ),
                    name="leads_lead_ad_platform_is_known",
                    violation_error_message="Choose an ad platform from the list.",
                ),
                medspa.encryption.fields.EncryptedConstraint(
                    encrypted="email",
                    indexes=("email_index",),
                    name="leads_lead_email_is_sealed_and_indexed",
                    violation_error_message="Enter an email address like name@example.com.",
                ),
                medspa.encryption.fields.EncryptedConstraint(
                    encrypted="phone",
                    indexes=("phone_index", "phone_last4_index"),
                    name="leads_lead_phone_is_sealed_and_indexed",
                    violation_error_message="Enter a phone number with area code, like (212) 555-0123.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("external_id__regex", "^[A-Za-z0-9]{20}$")),
                    name="leads_lead_external_id_is_of_gohighlevel",
                    violation_error_message="A GoHighLevel contact ID has 20 letters and digits.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            (
                                "first_name__regex",
                                "^([A-Za-zÀ-ÖØ-öø-ıĴ-ľŁ-ňŊ-žƀ-ǃǍ-ǰǴ-ʯʹ-ˁˆ-ˑˬˮͰ-ʹͶ-ͷͻ-ͽͿΆΈ-Ϗϓ-ϔϗ-ϯϳϷ-ϸϺ-ҁҊ-ՙՠ-ֆֈא-ײؠ-يٮ-ٯٱ-ٴٹ-ۓەۥ-ۦۮ-ۯۺ-ۼۿܐܒ-ܯݍ-ޥޱߊ-ߪߴ-ߵߺࠀ-ࠕࠚࠤࠨࡀ-ࡘࡠ-ࢇࢉ-ࢎࢠ-ࣉऄ-हऽॐक़-ॡॱ-ঀঅ-হঽৎড়-ৡৰ-ৱৼਅ-ਹਖ਼-ਫ਼ੲ-ੴઅ-હઽૐ-ૡૹଅ-ହଽଡ଼-ୡୱஃ-ஹௐఅ-హఽౘ-ౡಀಅ-ಹಽೝ-ೡೱ-ೲഄ-ഺഽൎൔ-ൖൟ-ൡൺ-ൿඅ-ෆก-ะาเ-ๆກ-ະາຽ-ໆໞ-ༀཀ-ཬྈ-ྌက-ဪဿၐ-ၕၚ-ၝၡၥ-ၦၮ-ၰၵ-ႁႎႠ-ჺჽ-ᅞᅡ-ፚᎀ-ᎏᎠ-ᏽᐁ-ᙬᙯ-ᙿᚁ-ᚚᚠ-ᛪᛱ-ᜑᜟ-ᜱᝀ-ᝑᝠ-ᝰក-ឳៗៜᠠ-ᢄᢇ-ᢨᢪ-ᤞᥐ-ᧉᨀ-ᨖᨠ-ᩔᪧᬅ-ᬳᭅ-ᭌᮃ-ᮠᮮ-ᮯᮺ-ᯥᰀ-ᰣᱍ-ᱏᱚ-ᱽᲀ-Ჿᳩ-ᳬᳮ-ᳳᳵ-ᳶᳺ-ᴫᴯᴻᵎᵫ-ᵷᵹ-ᶚḀ-ẙẛ-ᾼιῂ-ῌῐ-Ίῠ-Ῥῲ-ῼΩK-ÅℲⅎↃ-ↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲ-ⳳⴀ-ⵧⶀ-ⷞⸯ々-〆〱-〵〻-〼ぁ-ゖゝ-ゞァ-ヺー-ヾㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-ꒌꓐ-ꓽꔀ-ꘌꘐ-ꘟꘪ-ꙮꙿ-ꚛꚠ-ꛥꜗ-ꜟꜢ-ꝯꝱ-ꞈꞋ-ꟙꟵ-ꟷꟺ-ꠁꠃ-ꠅꠇ-ꠊꠌ-ꠢꡀ-ꡳꢂ-ꢳꣲ-ꣷꣻꣽ-ꣾꤊ-ꤥꤰ-ꥆꥠ-ꥼꦄ-ꦲꧏꧠ-ꧤꧦ-ꧯꧺ-ꨨꩀ-ꩂꩄ-ꩋꩠ-ꩶꩺꩾ-ꪯꪱꪵ-ꪶꪹ-ꪽꫀꫂ-ꫝꫠ-ꫪꫲ-ꫴꬁ-ꭚꭠ-ꭨꭰ-ꯢ가-ퟻ豈-龎יִײַשׁ-פֿﹳ𐀀-𐃺𐊀-𐋐𐌀-𐌟𐌭-𐍀𐍂-𐍉𐍐-𐍵𐎀-𐎝𐎠-𐏏𐐀-𐒝𐒰-𐕣𐕰-𐞀𐠀-𐡕𐡠-𐡶𐢀-𐢞𐣠-𐣵𐤀-𐤕𐤠-𐤹𐦀-𐦷𐦾-𐦿𐨀𐨐-𐨵𐩠-𐩼𐪀-𐪜𐫀-𐫇𐫉-𐫤𐬀-𐬵𐭀-𐭕𐭠-𐭲𐮀-𐮑𐰀-𐳲𐴀-𐴣𐺀-𐺩𐺰-𐼜𐼧-𐽅𐽰-𐾁𐾰-𐿄𐿠-𐿶𑀃-𑀷𑁱-𑁲𑁵𑂃-𑂯𑃐-𑃨𑄃-𑄦𑅄𑅇-𑅲𑅶𑆃-𑆲𑇁-𑇄𑇚𑇜𑈀-𑈫𑊀-𑊨𑊰-𑋞𑌅-𑌹𑌽𑍐𑍝-𑍡𑐀-𑐴𑑇-𑑊𑑟-𑒯𑓄-𑓅𑓇𑖀-𑖮𑗘-𑗛𑘀-𑘯𑙄𑚀-𑚪𑚸𑜀-𑜚𑝀-𑠫𑢠-𑣟𑣿-𑤯𑤿𑥁𑦠-𑧐𑧡𑧣𑨀𑨋-𑨲𑨺𑩐𑩜-𑪉𑪝𑪰-𑰮𑱀𑱲-𑲏𑴀-𑴰𑵆𑵠-𑶉𑶘𑻠-𑻲𑾰𒀀-𒎙𒒀-𒿰𓀀-𓐮𔐀-𖩞𖩰-𖪾𖫐-𖫭𖬀-𖬯𖭀-𖭃𖭣-𖹿𖼀-𖽊𖽐𖾓-𖿡𖿣𗀀-𛲙𝼀-𝼞𞄀-𞄬𞄷-𞄽𞅎𞊐-𞊭𞋀-𞋫𞟠-𞣄𞤀-𞥃𞥋𠀀-𱍊][A-Za-zÀ-ÖØ-öø-ıĴ-ľŁ-ňŊ-žƀ-ǃǍ-ǰǴ-ʯʹ-ˁˆ-ˑˬˮͰ-ʹͶ-ͷͻ-ͽͿΆΈ-Ϗϓ-ϔϗ-ϯϳϷ-ϸϺ-ҁҊ-ՙՠ-ֆֈא-ײؠ-يٮ-ٯٱ-ٴٹ-ۓەۥ-ۦۮ-ۯۺ-ۼۿܐܒ-ܯݍ-ޥޱߊ-ߪߴ-ߵߺࠀ-ࠕࠚࠤࠨࡀ-ࡘࡠ-ࢇࢉ-ࢎࢠ-ࣉऄ-हऽॐक़-ॡॱ-ঀঅ-হঽৎড়-ৡৰ-ৱৼਅ-ਹਖ਼-ਫ਼ੲ-ੴઅ-હઽૐ-ૡૹଅ-ହଽଡ଼-ୡୱஃ-ஹௐఅ-హఽౘ-ౡಀಅ-ಹಽೝ-ೡೱ-ೲഄ-ഺഽൎൔ-ൖൟ-ൡൺ-ൿඅ-ෆก-ะาเ-ๆກ-ະາຽ-ໆໞ-ༀཀ-ཬྈ-ྌက-ဪဿၐ-ၕၚ-ၝၡၥ-ၦၮ-ၰၵ-ႁႎႠ-ჺჽ-ᅞᅡ-ፚᎀ-ᎏᎠ-ᏽᐁ-ᙬᙯ-ᙿᚁ-ᚚᚠ-ᛪᛱ-ᜑᜟ-ᜱᝀ-ᝑᝠ-ᝰក-ឳៗៜᠠ-ᢄᢇ-ᢨᢪ-ᤞᥐ-ᧉᨀ-ᨖᨠ-ᩔᪧᬅ-ᬳᭅ-ᭌᮃ-ᮠᮮ-ᮯᮺ-ᯥᰀ-ᰣᱍ-ᱏᱚ-ᱽᲀ-Ჿᳩ-ᳬᳮ-ᳳᳵ-ᳶᳺ-ᴫᴯᴻᵎᵫ-ᵷᵹ-ᶚḀ-ẙẛ-ᾼιῂ-ῌῐ-Ίῠ-Ῥῲ-ῼΩK-ÅℲⅎↃ-ↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲ-ⳳⴀ-ⵧⶀ-ⷞⸯ々-〆〱-〵〻-〼ぁ-ゖゝ-ゞァ-ヺー-ヾㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-ꒌꓐ-ꓽꔀ-ꘌꘐ-ꘟꘪ-ꙮꙿ-ꚛꚠ-ꛥꜗ-ꜟꜢ-ꝯꝱ-ꞈꞋ-ꟙꟵ-ꟷꟺ-ꠁꠃ-ꠅꠇ-ꠊꠌ-ꠢꡀ-ꡳꢂ-ꢳꣲ-ꣷꣻꣽ-ꣾꤊ-ꤥꤰ-ꥆꥠ-ꥼꦄ-ꦲꧏꧠ-ꧤꧦ-ꧯꧺ-ꨨꩀ-ꩂꩄ-ꩋꩠ-ꩶꩺꩾ-ꪯꪱꪵ-ꪶꪹ-ꪽꫀꫂ-ꫝꫠ-ꫪꫲ-ꫴꬁ-ꭚꭠ-ꭨꭰ-ꯢ가-ퟻ豈-龎יִײַשׁ-פֿﹳ𐀀-𐃺𐊀-𐋐𐌀-𐌟𐌭-𐍀𐍂-𐍉𐍐-𐍵𐎀-𐎝𐎠-𐏏𐐀-𐒝𐒰-𐕣𐕰-𐞀𐠀-𐡕𐡠-𐡶𐢀-𐢞𐣠-𐣵𐤀-𐤕𐤠-𐤹𐦀-𐦷𐦾-𐦿𐨀𐨐-𐨵𐩠-𐩼𐪀-𐪜𐫀-𐫇𐫉-𐫤𐬀-𐬵𐭀-𐭕𐭠-𐭲𐮀-𐮑𐰀-𐳲𐴀-𐴣𐺀-𐺩𐺰-𐼜𐼧-𐽅𐽰-𐾁𐾰-𐿄𐿠-𐿶𑀃-𑀷𑁱-𑁲𑁵𑂃-𑂯𑃐-𑃨𑄃-𑄦𑅄𑅇-𑅲𑅶𑆃-𑆲𑇁-𑇄𑇚𑇜𑈀-𑈫𑊀-𑊨𑊰-𑋞𑌅-𑌹𑌽𑍐𑍝-𑍡𑐀-𑐴𑑇-𑑊𑑟-𑒯𑓄-𑓅𑓇𑖀-𑖮𑗘-𑗛𑘀-𑘯𑙄𑚀-𑚪𑚸𑜀-𑜚𑝀-𑠫𑢠-𑣟𑣿-𑤯𑤿𑥁𑦠-𑧐𑧡𑧣𑨀𑨋-𑨲𑨺𑩐𑩜-𑪉𑪝𑪰-𑰮𑱀𑱲-𑲏𑴀-𑴰𑵆𑵠-𑶉𑶘𑻠-𑻲𑾰𒀀-𒎙𒒀-𒿰𓀀-𓐮𔐀-𖩞𖩰-𖪾𖫐-𖫭𖬀-𖬯𖭀-𖭃𖭣-𖹿𖼀-𖽊𖽐𖾓-𖿡𖿣𗀀-𛲙𝼀-𝼞𞄀-𞄬𞄷-𞄽𞅎𞊐-𞊭𞋀-𞋫𞟠-𞣄𞤀-𞥃𞥋𠀀-𱍊̀-͎͐-ͯ҃-҉֑-ֽֿׁ-ׂׄ-ׇׅؐ-ًؚ-ٰٟۖ-ۜ۟-ۤۧ-۪ۨ-ܑۭܰ-݊ަ-ް߫-߽߳ࠖ-࠙ࠛ-ࠣࠥ-ࠧࠩ-࡙࠭-࡛࢘-࢟࣊-ࣣ࣡-ःऺ-़ा-ॏ॑-ॗॢ-ॣঁ-ঃ়া-্ৗৢ-ৣ৾-ਃ਼-ੑੰ-ੱੵઁ-ઃ઼ા-્ૢ-ૣૺ-ଃ଼ା-ୗୢ-ୣஂா-்ௗఀ-ఄ఼ా-ౖౢ-ౣಁ-ಃ಼ಾ-ೖೢ-ೣഀ-ഃ഻-഼ാ-്ൗൢ-ൣඁ-ඃ්-ෟෲ-ෳัิ-ฺ็-๎ັິ-ຼ່-ໍ༘-༹༙༵༷༾-༿ཱ-྄྆-྇ྍ-ྼ࿆ါ-ှၖ-ၙၞ-ၠၢ-ၤၧ-ၭၱ-ၴႂ-ႍႏႚ-ႝ፝-፟ᜒ-᜕ᜲ-᜴ᝒ-ᝓᝲ-ᝳា-៓៝ᢅ-ᢆᢩᤠ-᤻ᨗ-ᨛᩕ-᩿᪰-ᬄ᬴-᭄᭫-᭳ᮀ-ᮂᮡ-ᮭ᯦-᯳ᰤ-᰷᳐-᳔᳒-᳨᳭᳴᳷-᳹᷀-᷿⃐-⃰⳯-⵿⳱ⷠ-〪ⷿ-゙〯-゚꙯-꙲ꙴ-꙽ꚞ-ꚟ꛰-꛱ꠂ꠆ꠋꠣ-ꠧ꠬ꢀ-ꢁꢴ-ꣅ꣠-꣱ꣿꤦ-꤭ꥇ-꥓ꦀ-ꦃ꦳-꧀ꧥꨩ-ꨶꩃꩌ-ꩍꩻ-ꩽꪰꪲ-ꪴꪷ-ꪸꪾ-꪿꫁ꫫ-ꫯꫵ-꫶ꯣ-ꯪ꯬-꯭ﬞ︠-𐇽𐋠︯𐍶-𐍺𐨁-𐨏𐨸-𐨿𐫥-𐫦𐴤-𐴧𐺫-𐽆𐺬-𐽐𐾂-𐾅𑀀-𑀂𑀸-𑁆𑁰𑁳-𑁴𑁿-𑂂𑂰-𑂺𑃂𑄀-𑄂𑄧-𑄴𑅅-𑅆𑅳𑆀-𑆂𑆳-𑇀𑇉-𑇌𑇎-𑇏𑈬-𑈷𑈾𑋟-𑋪𑌀-𑌃𑌻-𑌼𑌾-𑍍𑍗𑍢-𑍴𑐵-𑑆𑑞𑒰-𑓃𑖯-𑗀𑗜-𑗝𑘰-𑙀𑚫-𑚷𑜝-𑜫𑠬-𑠺𑤰-𑤾𑥀𑥂-𑥃𑧑-𑧠𑧤𑨁-𑨊𑨳-𑨹𑨻-𑨾𑩇𑩑-𑩛𑪊-𑪙𑰯-𑰿𑲒-𑲶𑴱-𑵅𑵇𑶊-𑶗𑻳-𑻶𖫰-𖫴𖬰-𖬶𖽏𖽑-𖾒𖿤-𖿱𛲝-𛲞𜼀-𜽆𝅥-𝅩𝅭-𝅲𝅻-𝆂𝆅-𝆋𝆪-𝆭𝉂-𝉄𝨀-𝨶𝨻-𝩬𝩵𝪄𝪛-𝪯𞀀-𞀪𞄰-𞄶𞊮𞋬-𞣐𞋯-𞣖𞥄-𞥊'’-]*[.]?|[A-Za-zÀ-ÖØ-öø-ıĴ-ľŁ-ňŊ-žƀ-ǃǍ-ǰǴ-ʯʹ-ˁˆ-ˑˬˮͰ-ʹͶ-ͷͻ-ͽͿΆΈ-Ϗϓ-ϔϗ-ϯϳϷ-ϸϺ-ҁҊ-ՙՠ-ֆֈא-ײؠ-يٮ-ٯٱ-ٴٹ-ۓەۥ-ۦۮ-ۯۺ-ۼۿܐܒ-ܯݍ-ޥޱߊ-ߪߴ-ߵߺࠀ-ࠕࠚࠤࠨࡀ-ࡘࡠ-ࢇࢉ-ࢎࢠ-ࣉऄ-हऽॐक़-ॡॱ-ঀঅ-হঽৎড়-ৡৰ-ৱৼਅ-ਹਖ਼-ਫ਼ੲ-ੴઅ-હઽૐ-ૡૹଅ-ହଽଡ଼-ୡୱஃ-ஹௐఅ-హఽౘ-ౡಀಅ-ಹಽೝ-ೡೱ-ೲഄ-ഺഽൎൔ-ൖൟ-ൡൺ-ൿඅ-ෆก-ะาเ-ๆກ-ະາຽ-ໆໞ-ༀཀ-ཬྈ-ྌက-ဪဿၐ-ၕၚ-ၝၡၥ-ၦၮ-ၰၵ-ႁႎႠ-ჺჽ-ᅞᅡ-ፚᎀ-ᎏᎠ-ᏽᐁ-ᙬᙯ-ᙿᚁ-ᚚᚠ-ᛪᛱ-ᜑᜟ-ᜱᝀ-ᝑᝠ-ᝰក-ឳៗៜᠠ-ᢄᢇ-ᢨᢪ-ᤞᥐ-ᧉᨀ-ᨖᨠ-ᩔᪧᬅ-ᬳᭅ-ᭌᮃ-ᮠᮮ-ᮯᮺ-ᯥᰀ-ᰣᱍ-ᱏᱚ-ᱽᲀ-Ჿᳩ-ᳬᳮ-ᳳᳵ-ᳶᳺ-ᴫᴯᴻᵎᵫ-ᵷᵹ-ᶚḀ-ẙẛ-ᾼιῂ-ῌῐ-Ίῠ-Ῥῲ-ῼΩK-ÅℲⅎↃ-ↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲ-ⳳⴀ-ⵧⶀ-ⷞⸯ々-〆〱-〵〻-〼ぁ-ゖゝ-ゞァ-ヺー-ヾㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-ꒌꓐ-ꓽꔀ-ꘌꘐ-ꘟꘪ-ꙮꙿ-ꚛꚠ-ꛥꜗ-ꜟꜢ-ꝯꝱ-ꞈꞋ-ꟙꟵ-ꟷꟺ-ꠁꠃ-ꠅꠇ-ꠊꠌ-ꠢꡀ-ꡳꢂ-ꢳꣲ-ꣷꣻꣽ-ꣾꤊ-ꤥꤰ-ꥆꥠ-ꥼꦄ-ꦲꧏꧠ-ꧤꧦ-ꧯꧺ-ꨨꩀ-ꩂꩄ-ꩋꩠ-ꩶꩺꩾ-ꪯꪱꪵ-ꪶꪹ-ꪽꫀꫂ-ꫝꫠ-ꫪꫲ-ꫴꬁ-ꭚꭠ-ꭨꭰ-ꯢ가-ퟻ豈-龎יִײַשׁ-פֿﹳ𐀀-𐃺𐊀-𐋐𐌀-𐌟𐌭-𐍀𐍂-𐍉𐍐-𐍵𐎀-𐎝𐎠-𐏏𐐀-𐒝𐒰-𐕣𐕰-𐞀𐠀-𐡕𐡠-𐡶𐢀-𐢞𐣠-𐣵𐤀-𐤕𐤠-𐤹𐦀-𐦷𐦾-𐦿𐨀𐨐-𐨵𐩠-𐩼𐪀-𐪜𐫀-𐫇𐫉-𐫤𐬀-𐬵𐭀-𐭕𐭠-𐭲𐮀-𐮑𐰀-𐳲𐴀-𐴣𐺀-𐺩𐺰-𐼜𐼧-𐽅𐽰-𐾁𐾰-𐿄𐿠-𐿶𑀃-𑀷𑁱-𑁲𑁵𑂃-𑂯𑃐-𑃨𑄃-𑄦𑅄𑅇-𑅲𑅶𑆃-𑆲𑇁-𑇄𑇚𑇜𑈀-𑈫𑊀-𑊨𑊰-𑋞𑌅-𑌹𑌽𑍐𑍝-𑍡𑐀-𑐴𑑇-𑑊𑑟-𑒯𑓄-𑓅𑓇𑖀-𑖮𑗘-𑗛𑘀-𑘯𑙄𑚀-𑚪𑚸𑜀-𑜚𑝀-𑠫𑢠-𑣟𑣿-𑤯𑤿𑥁𑦠-𑧐𑧡𑧣𑨀𑨋-𑨲𑨺𑩐𑩜-𑪉𑪝𑪰-𑰮𑱀𑱲-𑲏𑴀-𑴰𑵆𑵠-𑶉𑶘𑻠-𑻲𑾰𒀀-𒎙𒒀-𒿰𓀀-𓐮𔐀-𖩞𖩰-𖪾𖫐-𖫭𖬀-𖬯𖭀-𖭃𖭣-𖹿𖼀-𖽊𖽐𖾓-𖿡𖿣𗀀-𛲙𝼀-𝼞𞄀-𞄬𞄷-𞄽𞅎𞊐-𞊭𞋀-𞋫𞟠-𞣄𞤀-𞥃𞥋𠀀-𱍊][̀-͎͐-ͯ҃-҉֑-ֽֿׁ-ׂׄ-ׇׅؐ-ًؚ-ٰٟۖ-ۜ۟-ۤۧ-۪ۨ-ܑۭܰ-݊ަ-ް߫-߽߳ࠖ-࠙ࠛ-ࠣࠥ-ࠧࠩ-࡙࠭-࡛࢘-࢟࣊-ࣣ࣡-ःऺ-़ा-ॏ॑-ॗॢ-ॣঁ-ঃ়া-্ৗৢ-ৣ৾-ਃ਼-ੑੰ-ੱੵઁ-ઃ઼ા-્ૢ-ૣૺ-ଃ଼ା-ୗୢ-ୣஂா-்ௗఀ-ఄ఼ా-ౖౢ-ౣಁ-ಃ಼ಾ-ೖೢ-ೣഀ-ഃ഻-഼ാ-്ൗൢ-ൣඁ-ඃ්-ෟෲ-ෳัิ-ฺ็-๎ັິ-ຼ່-ໍ༘-༹༙༵༷༾-༿ཱ-྄྆-྇ྍ-ྼ࿆ါ-ှၖ-ၙၞ-ၠၢ-ၤၧ-ၭၱ-ၴႂ-ႍႏႚ-ႝ፝-፟ᜒ-᜕ᜲ-᜴ᝒ-ᝓᝲ-ᝳា-៓៝ᢅ-ᢆᢩᤠ-᤻ᨗ-ᨛᩕ-᩿᪰-ᬄ᬴-᭄᭫-᭳ᮀ-ᮂᮡ-ᮭ᯦-᯳ᰤ-᰷᳐-᳔᳒-᳨᳭᳴᳷-᳹᷀-᷿⃐-⃰⳯-⵿⳱ⷠ-〪ⷿ-゙〯-゚꙯-꙲ꙴ-꙽ꚞ-ꚟ꛰-꛱ꠂ꠆ꠋꠣ-ꠧ꠬ꢀ-ꢁꢴ-ꣅ꣠-꣱ꣿꤦ-꤭ꥇ-꥓ꦀ-ꦃ꦳-꧀ꧥꨩ-ꨶꩃꩌ-ꩍꩻ-ꩽꪰꪲ-ꪴꪷ-ꪸꪾ-꪿꫁ꫫ-ꫯꫵ-꫶ꯣ-ꯪ꯬-꯭ﬞ︠-𐇽𐋠︯𐍶-𐍺𐨁-𐨏𐨸-𐨿𐫥-𐫦𐴤-𐴧𐺫-𐽆𐺬-𐽐𐾂-𐾅𑀀-𑀂𑀸-𑁆𑁰𑁳-𑁴𑁿-𑂂𑂰-𑂺𑃂𑄀-𑄂𑄧-𑄴𑅅-𑅆𑅳𑆀-𑆂𑆳-𑇀𑇉-𑇌𑇎-𑇏𑈬-𑈷𑈾𑋟-𑋪𑌀-𑌃𑌻-𑌼𑌾-𑍍𑍗𑍢-𑍴𑐵-𑑆𑑞𑒰-𑓃𑖯-𑗀𑗜-𑗝𑘰-𑙀𑚫-𑚷𑜝-𑜫𑠬-𑠺𑤰-𑤾𑥀𑥂-𑥃𑧑-𑧠𑧤𑨁-𑨊𑨳-𑨹𑨻-𑨾𑩇𑩑-𑩛𑪊-𑪙𑰯-𑰿𑲒-𑲶𑴱-𑵅𑵇𑶊-𑶗𑻳-𑻶𖫰-𖫴𖬰-𖬶𖽏𖽑-𖾒𖿤-𖿱𛲝-𛲞𜼀-𜽆𝅥-𝅩𝅭-𝅲𝅻-𝆂𝆅-𝆋𝆪-𝆭𝉂-𝉄𝨀-𝨶𝨻-𝩬𝩵𝪄𝪛-𝪯𞀀-𞀪𞄰-𞄶𞊮𞋬-𞣐𞋯-𞣖𞥄-𞥊]*([.]-?[A-Za-zÀ-ÖØ-öø-ıĴ-ľŁ-ňŊ-žƀ-ǃǍ-ǰǴ-ʯʹ-ˁˆ-ˑˬˮͰ-ʹͶ-ͷͻ-ͽͿΆΈ-Ϗϓ-ϔϗ-ϯϳϷ-ϸϺ-ҁҊ-ՙՠ-ֆֈא-ײؠ-يٮ-ٯٱ-ٴٹ-ۓەۥ-ۦۮ-ۯۺ-ۼۿܐܒ-ܯݍ-ޥޱߊ-ߪߴ-ߵߺࠀ-ࠕࠚࠤࠨࡀ-ࡘࡠ-ࢇࢉ-ࢎࢠ-ࣉऄ-हऽॐक़-ॡॱ-ঀঅ-হঽৎড়-ৡৰ-ৱৼਅ-ਹਖ਼-ਫ਼ੲ-ੴઅ-હઽૐ-ૡૹଅ-ହଽଡ଼-ୡୱஃ-ஹௐఅ-హఽౘ-ౡಀಅ-ಹಽೝ-ೡೱ-ೲഄ-ഺഽൎൔ-ൖൟ-ൡൺ-ൿඅ-ෆก-ะาเ-ๆກ-ະາຽ-ໆໞ-ༀཀ-ཬྈ-ྌက-ဪဿၐ-ၕၚ-ၝၡၥ-ၦၮ-ၰၵ-ႁႎႠ-ჺჽ-ᅞᅡ-ፚᎀ-ᎏᎠ-ᏽᐁ-ᙬᙯ-ᙿᚁ-ᚚᚠ-ᛪᛱ-ᜑᜟ-ᜱᝀ-ᝑᝠ-ᝰក-ឳៗៜᠠ-ᢄᢇ-ᢨᢪ-ᤞᥐ-ᧉᨀ-ᨖᨠ-ᩔᪧᬅ-ᬳᭅ-ᭌᮃ-ᮠᮮ-ᮯᮺ-ᯥᰀ-ᰣᱍ-ᱏᱚ-ᱽᲀ-Ჿᳩ-ᳬᳮ-ᳳᳵ-ᳶᳺ-ᴫᴯᴻᵎᵫ-ᵷᵹ-ᶚḀ-ẙẛ-ᾼιῂ-ῌῐ-Ίῠ-Ῥῲ-ῼΩK-ÅℲⅎↃ-ↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲ-ⳳⴀ-ⵧⶀ-ⷞⸯ々-〆〱-〵〻-〼ぁ-ゖゝ-ゞァ-ヺー-ヾㄅ-ㄯㆠ-ㆿㇰ-ㇿ㐀-䶿一-ꒌꓐ-ꓽꔀ-ꘌꘐ-ꘟꘪ-ꙮꙿ-ꚛꚠ-ꛥꜗ-ꜟꜢ-ꝯꝱ-ꞈꞋ-ꟙꟵ-ꟷꟺ-ꠁꠃ-ꠅꠇ-ꠊꠌ-ꠢꡀ-ꡳꢂ-ꢳꣲ-ꣷꣻꣽ-ꣾꤊ-ꤥꤰ-ꥆꥠ-ꥼꦄ-ꦲꧏꧠ-ꧤꧦ-ꧯꧺ-ꨨꩀ-ꩂꩄ-ꩋꩠ-ꩶꩺꩾ-ꪯꪱꪵ-ꪶꪹ-ꪽꫀꫂ-ꫝꫠ-ꫪꫲ-ꫴꬁ-ꭚꭠ-ꭨꭰ-ꯢ가-ퟻ豈-龎יִײַשׁ-פֿﹳ𐀀-𐃺𐊀-𐋐𐌀-𐌟𐌭-𐍀𐍂-𐍉𐍐-𐍵𐎀-𐎝𐎠-𐏏𐐀-𐒝𐒰-𐕣𐕰-𐞀𐠀-𐡕𐡠-𐡶𐢀-𐢞𐣠-𐣵𐤀-𐤕𐤠-𐤹𐦀-𐦷𐦾-𐦿𐨀𐨐-𐨵𐩠-𐩼𐪀-𐪜𐫀-𐫇𐫉-𐫤𐬀-𐬵𐭀-𐭕𐭠-𐭲𐮀-𐮑𐰀-𐳲𐴀-𐴣𐺀-𐺩𐺰-𐼜𐼧-𐽅𐽰-𐾁𐾰-𐿄𐿠-𐿶𑀃-𑀷𑁱-𑁲𑁵𑂃-𑂯𑃐-𑃨𑄃-𑄦𑅄𑅇-𑅲𑅶𑆃-𑆲𑇁-𑇄𑇚𑇜𑈀-𑈫𑊀-𑊨𑊰-𑋞𑌅-𑌹𑌽𑍐𑍝-𑍡𑐀-𑐴𑑇-𑑊𑑟-𑒯𑓄-𑓅𑓇𑖀-𑖮𑗘-𑗛𑘀-𑘯𑙄𑚀-𑚪𑚸𑜀-𑜚𑝀-𑠫𑢠-𑣟𑣿-𑤯𑤿𑥁𑦠-𑧐𑧡𑧣𑨀𑨋-𑨲𑨺𑩐𑩜-𑪉𑪝𑪰-𑰮𑱀𑱲-𑲏𑴀-𑴰𑵆𑵠-𑶉𑶘𑻠-𑻲𑾰𒀀-𒎙𒒀-𒿰𓀀-𓐮𔐀-𖩞𖩰-𖪾𖫐-𖫭𖬀-𖬯𖭀-𖭃𖭣-𖹿𖼀-𖽊𖽐𖾓-𖿡𖿣𗀀-𛲙𝼀-𝼞𞄀-𞄬𞄷-𞄽𞅎𞊐-𞊭𞋀-𞋫𞟠-𞣄𞤀-𞥃𞥋𠀀-𱍊][̀-͎͐-ͯ҃-҉֑-ֽֿׁ-ׂׄ-ׇׅؐ-ًؚ-ٰٟۖ-ۜ۟-ۤۧ-۪ۨ-ܑۭܰ-݊ަ-ް߫-߽߳ࠖ-࠙ࠛ-ࠣࠥ-ࠧࠩ-࡙࠭-࡛࢘-࢟࣊-ࣣ࣡-ःऺ-़ा-ॏ॑-ॗॢ-ॣঁ-ঃ়া-্ৗৢ-ৣ৾-ਃ਼-ੑੰ-ੱੵઁ-ઃ઼ા-્ૢ-ૣૺ-ଃ଼ା-ୗୢ-ୣஂா-்ௗఀ-ఄ఼ా-ౖౢ-ౣಁ-ಃ಼ಾ-ೖೢ-ೣഀ-ഃ഻-഼ാ-്ൗൢ-ൣඁ-ඃ්-ෟෲ-ෳัิ-ฺ็-๎ັິ-ຼ່-ໍ༘-༹༙༵༷༾-༿ཱ-྄྆-྇ྍ-ྼ࿆ါ-ှၖ-ၙၞ-ၠၢ-ၤၧ-ၭၱ-ၴႂ-ႍႏႚ-ႝ፝-፟ᜒ-᜕ᜲ-᜴ᝒ-ᝓᝲ-ᝳា-៓៝ᢅ-ᢆᢩᤠ-᤻ᨗ-ᨛᩕ-᩿᪰-ᬄ᬴-᭄᭫-᭳ᮀ-ᮂᮡ-ᮭ᯦-᯳ᰤ-᰷᳐-᳔᳒-᳨᳭᳴᳷-᳹᷀-᷿⃐-⃰⳯-⵿⳱ⷠ-〪ⷿ-゙〯-゚꙯-꙲ꙴ-꙽ꚞ-ꚟ꛰-꛱ꠂ꠆ꠋꠣ-ꠧ꠬ꢀ-ꢁꢴ-ꣅ꣠-꣱ꣿꤦ-꤭ꥇ-꥓ꦀ-ꦃ꦳-꧀ꧥꨩ-ꨶꩃꩌ-ꩍꩻ-ꩽꪰꪲ-ꪴꪷ-ꪸꪾ-꪿꫁ꫫ-ꫯꫵ-꫶ꯣ-ꯪ꯬-꯭ﬞ︠-𐇽𐋠︯𐍶-𐍺𐨁-𐨏𐨸-𐨿𐫥-𐫦𐴤-𐴧𐺫-𐽆𐺬-𐽐𐾂-𐾅𑀀-𑀂𑀸-𑁆𑁰𑁳-𑁴𑁿-𑂂𑂰-𑂺𑃂𑄀-𑄂𑄧-𑄴𑅅-𑅆𑅳𑆀-𑆂𑆳-𑇀𑇉-𑇌𑇎-𑇏𑈬-𑈷𑈾𑋟-𑋪𑌀-𑌃𑌻-𑌼𑌾-𑍍𑍗𑍢-𑍴𑐵-𑑆𑑞𑒰-𑓃𑖯-𑗀𑗜-𑗝𑘰-𑙀𑚫-𑚷𑜝-𑜫𑠬-𑠺𑤰-𑤾𑥀𑥂-𑥃𑧑-𑧠𑧤𑨁-𑨊𑨳-𑨹𑨻-𑨾𑩇𑩑-𑩛𑪊-𑪙𑰯-𑰿𑲒-𑲶𑴱-𑵅𑵇𑶊-𑶗𑻳-𑻶𖫰-𖫴𖬰-𖬶𖽏𖽑-𖾒𖿤-𖿱𛲝-𛲞𜼀-𜽆𝅥-𝅩𝅭-𝅲𝅻-𝆂𝆅-𝆋𝆪-𝆭𝉂-𝉄𝨀-𝨶𝨻-𝩬𝩵𝪄𝪛-𝪯𞀀-𞀪𞄰-𞄶𞊮𞋬-𞣐𞋯-𞣖𞥄-𞥊]*)+[.]?)$",
                            ),
                            models.Q(
                                (
                                    "first_name__iregex",
                                    "^(dr|mr|mrs|ms|miss|mx|prof|professor|doctor|sir)[.]?$",
                                ),
                                _negated=True,
                            ),
                        ),
                        (
                            "first_name__iregex",
                            "^(Ana Maria|Anna Lena|Anna Maria|Anne Marie|Annie Mae|Betty Ann|Betty Jo|Billie Jean|Billie Jo|Billy Bob|Billy Ray|Bobbie Jo|Carol Ann|Eva Maria|Jean Claude|Jean Luc|Jean Marie|Jean Paul|Jean Pierre|Jim Bob|Jo Ann|Jo Anne|John Paul|Jose Luis|José Luis|Jose Maria|José María|Juan Carlos|Juan Jose|Juan José|Juan Pablo|Lee Ann|Lee Anne|Leigh Ann|Leigh Anne|Lisa Marie|Luis Miguel|Luz Maria|Luz María|Marco Antonio|Maria Elena|María Elena|Maria Fernanda|María Fernanda|Maria Isabel|María Isabel|Maria Jose|María José|Maria Luisa|María Luisa|Maria Teresa|María Teresa|Mary Ann|Mary Anne|Mary Beth|Mary Catherine|Mary Ellen|Mary Grace|Mary Jane|Mary Jo|Mary Kate|Mary Kay|Mary Lou|Mary Louise|Miguel Angel|Miguel Ángel|Norma Jean|Peggy Sue|Rose Ann|Rose Marie|Ruth Ann|Sarah Jane|Sue Ann|Terry Lynn|Tommy Lee|Victor Manuel|Willie Mae)$",
                        ),
                        _connector="OR",
                    ),
                    name="leads_lead_first_name_is_one_given_name",
                    violation_error_message="Enter one first name. Last names aren't stored.",
                ),
                medspa.lists.constraints.CodeIsListed(
                    field="source",
                    name="leads_lead_source_is_listed",
                    to="leads.LeadSource",
                    violation_error_message="Choose a source from the list.",
                ),
                medspa.encryption.fields.BlindIndexConstraint(
                    condition=models.Q(
                        ("erased_at__isnull", True),
                        models.Q(
                            ("email_index", b""),
                            ("external_id__isnull", True),
                            ("first_name", "Erased"),
                            ("phone_index", b""),
                        ),
                        _connector="OR",
                    ),
                    name="leads_lead_erased_is_nobody",
                    violation_error_message="This person was erased. Their name and contacts can't be added again.",
                ),
                medspa.lists.constraints.CodeIsListed(
                    field="heard_from",
                    name="leads_lead_heard_from_is_listed",
                    to="leads.LeadSource",
                    violation_error_message="Choose a source from the list.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="ActivityHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    db_index=True,
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "type",
                models.CharField(
                    choices=[
                        ("sms_sent", "Text sent"),
                        ("email_sent", "Email sent"),
                        ("call", "Call"),
                        ("form_submit", "Form submitted"),
                        ("stage_change", "Stage changed"),
                        ("tag_added", "Tag added"),
                    ],
                    max_length=20,
                ),
            ),
            (
                "payload_json",
                models.JSONField(blank=True, default=dict, verbose_name="details"),
            ),
            (
                "created_at",
                models.DateTimeField(default=medspa.clock.now, verbose_name="when"),
            ),
            (
                "recorded_at",
                medspa.clock.RecordedAtField(
                    db_default=medspa.clock.ClockTimestamp(), editable=False
                ),
            ),
            ("history_id", models.AutoField(primary_key=True, serialize=False)),
            ("history_date", models.DateTimeField(db_index=True)),
            ("history_change_reason", models.CharField(max_length=100, null=True)),
            (
                "history_type",
                models.CharField(
                    choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                    max_length=1,
                ),
            ),
            (
                "created_by",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="by",
                ),
            ),
            (
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="leads.lead",
                ),
            ),
        ],
        options={
            "verbose_name": "historical activity",
            "verbose_name_plural": "historical activities",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="Activity",
        fields=[
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "type",
                models.CharField(
                    choices=[
                        ("sms_sent", "Text sent"),
                        ("email_sent", "Email sent"),
                        ("call", "Call"),
                        ("form_submit", "Form submitted"),
                        ("stage_change", "Stage changed"),
                        ("tag_added", "Tag added"),
                    ],
                    max_length=20,
                ),
            ),
            (
                "payload_json",
                models.JSONField(blank=True, default=dict, verbose_name="details"),
            ),
            (
                "created_at",
                models.DateTimeField(default=medspa.clock.now, verbose_name="when"),
            ),
            (
                "recorded_at",
                medspa.clock.RecordedAtField(
                    db_default=medspa.clock.ClockTimestamp(), editable=False
                ),
            ),
            (
                "created_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="by",
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="activities",
                    to="leads.lead",
                ),
            ),
        ],
        options={
            "verbose_name_plural": "activities",
            "ordering": ["-created_at", "-id"],
            "abstract": False,
            "default_manager_name": "all_objects",
            "indexes": [
                models.Index(models.F("created_at"), name="leads_activity_created"),
                models.Index(
                    models.F("lead"),
                    models.F("created_at"),
                    name="leads_activity_timeline",
                ),
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "type__in",
                            [
                                "sms_sent",
                                "email_sent",
                                "call",
                                "form_submit",
                                "stage_change",
                                "tag_added",
                            ],
                        )
                    ),
                    name="leads_activity_type_is_known",
                    violation_error_message="Choose a type from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.IsObject("payload_json")
                    ),
                    name="leads_activity_payload_is_an_object",
                    violation_error_message="The details must be a JSON object.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("type", "sms_sent"),
                            medspa.json_columns.conditions.HasOnlyKeys(
                                "payload_json", ["automated", "template", "outcome"]
                            ),
                        ),
                        models.Q(
                            ("type", "email_sent"),
                            medspa.json_columns.conditions.HasOnlyKeys(
                                "payload_json", ["automated", "template", "outcome"]
                            ),
                        ),
                        models.Q(
                            ("type", "call"),
                            medspa.json_columns.conditions.HasOnlyKeys(
                                "payload_json",
                                [
                                    "automated",
                                    "direction",
                                    "outcome",
                                    "duration_seconds",
                                ],
                            ),
                        ),
                        models.Q(
                            ("type", "form_submit"),
                            medspa.json_columns.conditions.HasOnlyKeys(
                                "payload_json", ["form"]
                            ),
                        ),
                        models.Q(
                            ("type", "stage_change"),
                            medspa.json_columns.conditions.HasOnlyKeys(
                                "payload_json",
                                ["from_stage", "to_stage", "lost_reason"],
                            ),
                        ),
                        models.Q(
                            ("type", "tag_added"),
                            medspa.json_columns.conditions.HasOnlyKeys(
                                "payload_json", ["tag"]
                            ),
                        ),
                        _connector="OR",
                    ),
                    name="leads_activity_payload_has_known_keys",
                    violation_error_message="The details contain something that can't be stored here.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "created_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("recorded_at"),
                                "+",
                                models.Value(datetime.timedelta(seconds=60)),
                            ),
                        )
                    ),
                    name="leads_activity_not_in_the_future",
                    violation_error_message="An activity can't be in the future.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.FitsSchema(
                            "leads_payload_fits", "type", "payload_json"
                        )
                    ),
                    name="leads_activity_payload_has_its_types",
                    violation_error_message="The details contain something unreadable.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="LeadHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    db_index=True,
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "external_id",
                models.CharField(
                    blank=True,
                    error_messages={
                        "unique": "Another lead already has this contact ID."
                    },
                    max_length=64,
                    null=True,
                    verbose_name="GoHighLevel contact ID",
                ),
            ),
            (
                "first_name",
                models.CharField(
                    max_length=40,
                    validators=[leads.privacy.require_given_name],
                    verbose_name="first name",
                ),
            ),
            (
                "email",
                medspa.encryption.fields.EncryptedField(
                    associated_data="leads_lead.email",
                    blank=True,
                    clean=leads.contact.clean_email,
                    verbose_name="email",
                ),
            ),
            (
                "phone",
                medspa.encryption.fields.EncryptedField(
                    associated_data="leads_lead.phone",
                    blank=True,
                    clean=leads.contact.clean_phone,
                ),
            ),
            ("source", models.CharField(default="other", max_length=20)),
            (
                "ad_platform",
                models.CharField(
                    blank=True,
                    choices=[
                        ("facebook", "Facebook"),
                        ("instagram", "Instagram"),
                        ("google", "Google"),
                        ("tiktok", "TikTok"),
                        ("bing", "Bing"),
                        ("yelp", "Yelp"),
                        ("other", "Other"),
                    ],
                    max_length=20,
                    verbose_name="ad platform",
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=medspa.clock.now, editable=False, verbose_name="created"
                ),
            ),
            (
                "updated_at",
                models.DateTimeField(
                    blank=True, editable=False, verbose_name="changed"
                ),
            ),
            ("history_id", models.AutoField(primary_key=True, serialize=False)),
            ("history_date", models.DateTimeField(db_index=True)),
            ("history_change_reason", models.CharField(max_length=100, null=True)),
            (
                "history_type",
                models.CharField(
                    choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                    max_length=1,
                ),
            ),
            (
                "assigned_to",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="assigned to",
                ),
            ),
            (
                "campaign",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="campaigns.campaign",
                ),
            ),
            (
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "is_backfilled",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    editable=False,
                    verbose_name="imported later",
                ),
            ),
            (
                "created_time_known",
                models.BooleanField(
                    db_default=True,
                    default=True,
                    editable=False,
                    verbose_name="time of day known",
                ),
            ),
            (
                "heard_from",
                models.CharField(
                    blank=True,
                    max_length=20,
                    null=True,
                    verbose_name="heard about us from",
                ),
            ),
            (
                "do_not_contact_at",
                models.DateTimeField(
                    blank=True,
                    editable=False,
                    null=True,
                    verbose_name="do not contact since",
                ),
            ),
        ],
        options={
            "verbose_name": "historical lead",
            "verbose_name_plural": "historical leads",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="Opportunity",
        fields=[
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "expected_value_cents",
                models.BigIntegerField(verbose_name="expected value"),
            ),
            (
                "procedure_code",
                models.CharField(max_length=10, verbose_name="procedure"),
            ),
            (
                "expected_date",
                models.DateField(blank=True, null=True, verbose_name="expected date"),
            ),
            (
                "expected_date_set_on",
                models.DateField(blank=True, editable=False, null=True),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            (
                "lead",
                models.OneToOneField(
                    error_messages={"unique": "This lead already has an opportunity."},
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="opportunity",
                    to="leads.lead",
                ),
            ),
        ],
        options={
            "verbose_name_plural": "opportunities",
            "abstract": False,
            "default_manager_name": "all_objects",
            "indexes": [
                models.Index(
                    models.F("procedure_code"),
                    models.F("lead"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="leads_opportunity_procedure",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("expected_value_cents__gt", 0)),
                    name="leads_opportunity_value_is_positive",
                    violation_error_message="The expected value must be above zero.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("expected_date__isnull", True),
                        models.Q(
                            ("expected_date_set_on__isnull", False),
                            ("expected_date__gte", models.F("expected_date_set_on")),
                        ),
                        _connector="OR",
                    ),
                    name="leads_opportunity_date_was_not_past_when_set",
                    violation_error_message="The expected date can't be in the past.",
                ),
                medspa.lists.constraints.CodeIsListed(
                    field="procedure_code",
                    name="leads_opportunity_procedure_is_listed",
                    to="leads.Procedure",
                    violation_error_message="Choose a procedure from the list.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="OpportunityHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    db_index=True,
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "expected_value_cents",
                models.BigIntegerField(verbose_name="expected value"),
            ),
            (
                "procedure_code",
                models.CharField(max_length=10, verbose_name="procedure"),
            ),
            (
                "expected_date",
                models.DateField(blank=True, null=True, verbose_name="expected date"),
            ),
            (
                "expected_date_set_on",
                models.DateField(blank=True, editable=False, null=True),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            (
                "updated_at",
                models.DateTimeField(
                    blank=True, editable=False, verbose_name="changed"
                ),
            ),
            ("history_id", models.AutoField(primary_key=True, serialize=False)),
            ("history_date", models.DateTimeField(db_index=True)),
            ("history_change_reason", models.CharField(max_length=100, null=True)),
            (
                "history_type",
                models.CharField(
                    choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                    max_length=1,
                ),
            ),
            (
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    error_messages={"unique": "This lead already has an opportunity."},
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="leads.lead",
                ),
            ),
        ],
        options={
            "verbose_name": "historical opportunity",
            "verbose_name_plural": "historical opportunities",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="PipelineStage",
        fields=[
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=40)),
            (
                "order",
                models.PositiveSmallIntegerField(
                    help_text="Position on the board, from left to right."
                ),
            ),
            (
                "color",
                leads.models.tag.ColorField(
                    default="#3b82f6",
                    max_length=7,
                    validators=[
                        django.core.validators.RegexValidator(
                            "^#[0-9a-f]{6}$", "Enter a color like #0f766e."
                        )
                    ],
                    verbose_name="color",
                ),
            ),
            (
                "outcome",
                models.CharField(
                    choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")],
                    default="open",
                    max_length=10,
                ),
            ),
            (
                "win_probability_bps",
                models.PositiveSmallIntegerField(
                    default=0,
                    help_text="In basis points: 2000 is 20%.",
                    verbose_name="win probability",
                ),
            ),
            (
                "records_kpi",
                models.CharField(
                    blank=True,
                    choices=[
                        ("consult_booked", "Consult booked"),
                        ("consult_show", "Showed"),
                    ],
                    help_text="The event logged when a lead enters this stage.",
                    max_length=20,
                    verbose_name="logs event",
                ),
            ),
            (
                "target_days",
                models.PositiveSmallIntegerField(
                    blank=True,
                    help_text="Leads that stay longer are overdue.",
                    null=True,
                    verbose_name="target days",
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            (
                "is_entry",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    editable=False,
                    verbose_name="new leads start here",
                ),
            ),
            (
                "moves_on_when_answered",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="In the stage where new leads start: an answered call moves the lead to the next stage. Otherwise the move is offered.",
                    verbose_name="advance when a call is answered",
                ),
            ),
        ],
        options={
            "verbose_name": "stage",
            "ordering": ["order"],
            "abstract": False,
            "default_manager_name": "all_objects",
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("name", ""), _negated=True),
                    name="leads_pipelinestage_has_a_name",
                    violation_error_message="Enter a name.",
                ),
                models.UniqueConstraint(
                    django.db.models.functions.text.Lower("name"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="leads_pipelinestage_name_is_unique",
                    violation_error_message="There is already a stage with this name.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("deleted_at__isnull", True)),
                    fields=("order",),
                    name="leads_pipelinestage_order_is_unique",
                    violation_error_message="Another stage already has this position.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("color__regex", "^#[0-9a-f]{6}$")),
                    name="leads_pipelinestage_color_is_hex",
                    violation_error_message="Enter a color like #0f766e.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("outcome__in", ["open", "won", "lost"])),
                    name="leads_pipelinestage_outcome_is_known",
                    violation_error_message="Choose an outcome from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("win_probability_bps__range", (0, 10000))),
                    name="leads_pipelinestage_probability_is_a_share",
                    violation_error_message="The probability must be between 0 and 10000.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("records_kpi__in", ["", "consult_booked", "consult_show"])
                    ),
                    name="leads_pipelinestage_records_a_known_kind",
                    violation_error_message="Choose what the stage logs from the list.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(
                        ("deleted_at__isnull", True), ("is_entry", True)
                    ),
                    fields=("is_entry",),
                    name="leads_pipelinestage_one_entry",
                    violation_error_message="New leads already start in another stage.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("is_entry", False), ("outcome", "open"), _connector="OR"
                    ),
                    name="leads_pipelinestage_entry_is_open",
                    violation_error_message="New leads can only start in an open stage.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="LeadStage",
        fields=[
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "lost_reason",
                models.CharField(blank=True, max_length=20, verbose_name="reason"),
            ),
            (
                "changed_at",
                models.DateTimeField(default=medspa.clock.now, verbose_name="entered"),
            ),
            (
                "left_at",
                models.DateTimeField(blank=True, null=True, verbose_name="left"),
            ),
            (
                "recorded_at",
                medspa.clock.RecordedAtField(
                    db_default=medspa.clock.ClockTimestamp(), editable=False
                ),
            ),
            (
                "changed_by",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="stage_periods",
                    to="leads.lead",
                ),
            ),
            (
                "stage",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="stage_periods",
                    to="leads.pipelinestage",
                ),
            ),
        ],
        options={
            "verbose_name": "stage period",
            "verbose_name_plural": "stage periods",
            "ordering": ["-changed_at", "-id"],
            "indexes": [
                models.Index(models.F("changed_at"), name="leads_leadstage_changed"),
                models.Index(
                    models.F("stage"),
                    models.OrderBy(models.F("changed_at"), descending=True),
                    condition=models.Q(("left_at__isnull", True)),
                    name="leads_leadstage_board",
                ),
                models.Index(
                    models.F("stage"),
                    models.OrderBy(models.F("changed_at"), descending=True),
                    models.F("left_at"),
                    condition=models.Q(("left_at__isnull", False)),
                    name="leads_leadstage_past",
                ),
                models.Index(
                    models.F("changed_by"),
                    models.OrderBy(models.F("changed_at"), descending=True),
                    name="leads_leadstage_moved_by",
                ),
                models.Index(
                    models.F("changed_at"),
                    models.F("id"),
                    condition=models.Q(("left_at__isnull", True)),
                    name="leads_leadstage_current_since",
                ),
                models.Index(
                    models.F("lost_reason"),
                    models.F("changed_at"),
                    models.F("id"),
                    condition=models.Q(
                        ("left_at__isnull", True),
                        models.Q(("lost_reason", ""), _negated=True),
                    ),
                    name="leads_leadstage_lost_reason",
                ),
            ],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("left_at__isnull", True)),
                    fields=("lead",),
                    name="leads_leadstage_one_current_stage",
                    violation_error_message="The lead is already in a stage.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "changed_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("recorded_at"),
                                "+",
                                models.Value(datetime.timedelta(seconds=60)),
                            ),
                        )
                    ),
                    name="leads_leadstage_not_in_the_future",
                    violation_error_message="A move can't be in the future.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("left_at__isnull", True),
                        ("left_at__gte", models.F("changed_at")),
                        _connector="OR",
                    ),
                    name="leads_leadstage_left_after_entered",
                    violation_error_message="A lead leaves a stage after entering it.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PipelineStageHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    db_index=True,
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=40)),
            (
                "order",
                models.PositiveSmallIntegerField(
                    help_text="Position on the board, from left to right."
                ),
            ),
            (
                "color",
                leads.models.tag.ColorField(
                    default="#3b82f6",
                    max_length=7,
                    validators=[
                        django.core.validators.RegexValidator(
                            "^#[0-9a-f]{6}$", "Enter a color like #0f766e."
                        )
                    ],
                    verbose_name="color",
                ),
            ),
            (
                "outcome",
                models.CharField(
                    choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")],
                    default="open",
                    max_length=10,
                ),
            ),
            (
                "win_probability_bps",
                models.PositiveSmallIntegerField(
                    default=0,
                    help_text="In basis points: 2000 is 20%.",
                    verbose_name="win probability",
                ),
            ),
            (
                "records_kpi",
                models.CharField(
                    blank=True,
                    choices=[
                        ("consult_booked", "Consult booked"),
                        ("consult_show", "Showed"),
                    ],
                    help_text="The event logged when a lead enters this stage.",
                    max_length=20,
                    verbose_name="logs event",
                ),
            ),
            (
                "target_days",
                models.PositiveSmallIntegerField(
                    blank=True,
                    help_text="Leads that stay longer are overdue.",
                    null=True,
                    verbose_name="target days",
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            ("history_id", models.AutoField(primary_key=True, serialize=False)),
            ("history_date", models.DateTimeField(db_index=True)),
            ("history_change_reason", models.CharField(max_length=100, null=True)),
            (
                "history_type",
                models.CharField(
                    choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                    max_length=1,
                ),
            ),
            (
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "is_entry",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    editable=False,
                    verbose_name="new leads start here",
                ),
            ),
            (
                "moves_on_when_answered",
                models.BooleanField(
                    db_default=False,
                    default=False,
                    help_text="In the stage where new leads start: an answered call moves the lead to the next stage. Otherwise the move is offered.",
                    verbose_name="advance when a call is answered",
                ),
            ),
        ],
        options={
            "verbose_name": "historical stage",
            "verbose_name_plural": "historical stages",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="StageTotal",
        fields=[
            ("id", models.BigAutoField(primary_key=True, serialize=False)),
            ("lead_count", models.BigIntegerField()),
            ("expected_value_cents", models.BigIntegerField()),
            (
                "stage",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="totals",
                    to="leads.pipelinestage",
                ),
            ),
        ],
        options={
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="Tag",
        fields=[
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=40)),
            (
                "color",
                leads.models.tag.ColorField(
                    default="#0f766e",
                    max_length=7,
                    validators=[
                        django.core.validators.RegexValidator(
                            "^#[0-9a-f]{6}$", "Enter a color like #0f766e."
                        )
                    ],
                    verbose_name="color",
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
        ],
        options={
            "ordering": ["name"],
            "abstract": False,
            "default_manager_name": "all_objects",
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("name", ""), _negated=True),
                    name="leads_tag_has_a_name",
                    violation_error_message="Enter a name.",
                ),
                models.UniqueConstraint(
                    django.db.models.functions.text.Lower("name"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="leads_tag_name_is_unique",
                    violation_error_message="There is already a tag with this name.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("color__regex", "^#[0-9a-f]{6}$")),
                    name="leads_tag_color_is_hex",
                    violation_error_message="Enter a color like #0f766e.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "name__regex",
                            "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                        ),
                        _negated=True,
                    ),
                    name="leads_tag_name_is_no_persons",
                    violation_error_message="A name can't contain an email address, date, phone number or other long number.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="LeadTagHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    db_index=True,
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="added",
                ),
            ),
            ("history_id", models.AutoField(primary_key=True, serialize=False)),
            ("history_date", models.DateTimeField(db_index=True)),
            ("history_change_reason", models.CharField(max_length=100, null=True)),
            (
                "history_type",
                models.CharField(
                    choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                    max_length=1,
                ),
            ),
            (
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="leads.lead",
                ),
            ),
            (
                "tag",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="leads.tag",
                ),
            ),
        ],
        options={
            "verbose_name": "historical tag",
            "verbose_name_plural": "historical tags",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="LeadTag",
        fields=[
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="added",
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="lead_tags",
                    to="leads.lead",
                ),
            ),
            (
                "tag",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="lead_tags",
                    to="leads.tag",
                ),
            ),
        ],
        options={
            "verbose_name": "tag",
            "verbose_name_plural": "tags",
            "constraints": [
                models.UniqueConstraint(
                    fields=("lead", "tag"),
                    name="leads_leadtag_is_unique",
                    violation_error_message="The lead already has this tag.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="TagHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    db_index=True,
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=40)),
            (
                "color",
                leads.models.tag.ColorField(
                    default="#0f766e",
                    max_length=7,
                    validators=[
                        django.core.validators.RegexValidator(
                            "^#[0-9a-f]{6}$", "Enter a color like #0f766e."
                        )
                    ],
                    verbose_name="color",
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            ("history_id", models.AutoField(primary_key=True, serialize=False)),
            ("history_date", models.DateTimeField(db_index=True)),
            ("history_change_reason", models.CharField(max_length=100, null=True)),
            (
                "history_type",
                models.CharField(
                    choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                    max_length=1,
                ),
            ),
            (
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "verbose_name": "historical tag",
            "verbose_name_plural": "historical tags",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="TaskHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    db_index=True,
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "what",
                models.CharField(
                    choices=[
                        ("call_back", "Call back"),
                        ("send_prices", "Send prices"),
                        ("offer_dates", "Offer consult dates"),
                        ("confirm_consult", "Confirm the consult"),
                        ("follow_up_consult", "Follow up after the consult"),
                        ("follow_up_no_show", "Follow up after a no-show"),
                        ("send_aftercare_offer", "Send follow-up offer"),
                        ("ask_for_review", "Ask for a review"),
                        ("check_in", "Check in again"),
                    ],
                    max_length=30,
                    verbose_name="next step",
                ),
            ),
            ("due_at", models.DateTimeField(verbose_name="due")),
            (
                "done_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="done"
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="planned",
                ),
            ),
            ("history_id", models.AutoField(primary_key=True, serialize=False)),
            ("history_date", models.DateTimeField(db_index=True)),
            ("history_change_reason", models.CharField(max_length=100, null=True)),
            (
                "history_type",
                models.CharField(
                    choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                    max_length=1,
                ),
            ),
            (
                "assigned_to",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="for",
                ),
            ),
            (
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="leads.lead",
                ),
            ),
        ],
        options={
            "verbose_name": "historical next step",
            "verbose_name_plural": "historical next steps",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="LeadMerge",
        fields=[
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "moved_json",
                models.JSONField(blank=True, default=dict, verbose_name="moved"),
            ),
            ("merged_at", models.DateTimeField(default=django.utils.timezone.now)),
            ("undone_at", models.DateTimeField(blank=True, null=True)),
            (
                "merged",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="merged_into",
                    to="leads.lead",
                ),
            ),
            (
                "merged_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "survivor",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="merges",
                    to="leads.lead",
                ),
            ),
            (
                "undone_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ["-merged_at", "-id"],
            "default_permissions": (),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("survivor", models.F("merged")), _negated=True),
                    name="leads_leadmerge_joins_two_leads",
                    violation_error_message="A lead can't be merged with itself.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("undone_at__isnull", True)),
                    fields=("merged",),
                    name="leads_leadmerge_once",
                    violation_error_message="This lead was already merged.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.IsObject("moved_json")
                    ),
                    name="leads_leadmerge_moved_is_an_object",
                    violation_error_message="The moved rows must be a JSON object.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("undone_at__isnull", True),
                        ("undone_at__gte", models.F("merged_at")),
                        _connector="OR",
                    ),
                    name="leads_leadmerge_undone_after_merged",
                    violation_error_message="A merge can't be undone before it was made.",
                ),
            ],
            "indexes": [
                models.Index(
                    models.F("merged_at"),
                    models.F("id"),
                    condition=models.Q(("undone_at__isnull", True)),
                    name="leads_leadmerge_standing",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Task",
        fields=[
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "what",
                models.CharField(
                    choices=[
                        ("call_back", "Call back"),
                        ("send_prices", "Send prices"),
                        ("offer_dates", "Offer consult dates"),
                        ("confirm_consult", "Confirm the consult"),
                        ("follow_up_consult", "Follow up after the consult"),
                        ("follow_up_no_show", "Follow up after a no-show"),
                        ("send_aftercare_offer", "Send follow-up offer"),
                        ("ask_for_review", "Ask for a review"),
                        ("check_in", "Check in again"),
                    ],
                    max_length=30,
                    verbose_name="next step",
                ),
            ),
            ("due_at", models.DateTimeField(verbose_name="due")),
            (
                "done_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="done"
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="planned",
                ),
            ),
            (
                "assigned_to",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="tasks",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="for",
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="tasks",
                    to="leads.lead",
                ),
            ),
        ],
        options={
            "verbose_name": "next step",
            "verbose_name_plural": "next steps",
            "ordering": ["due_at", "id"],
            "abstract": False,
            "default_manager_name": "all_objects",
            "indexes": [
                models.Index(
                    models.F("due_at"),
                    models.F("id"),
                    condition=models.Q(
                        ("deleted_at__isnull", True), ("done_at__isnull", True)
                    ),
                    name="leads_task_due",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "what__in",
                            [
                                "call_back",
                                "send_prices",
                                "offer_dates",
                                "confirm_consult",
                                "follow_up_consult",
                                "follow_up_no_show",
                                "send_aftercare_offer",
                                "ask_for_review",
                                "check_in",
                            ],
                        )
                    ),
                    name="leads_task_what_is_known",
                    violation_error_message="Choose a next step from the list.",
                ),
                models.UniqueConstraint(
                    condition=models.Q(
                        ("deleted_at__isnull", True), ("done_at__isnull", True)
                    ),
                    fields=("lead", "what"),
                    name="leads_task_is_planned_once",
                    violation_error_message="This next step already exists.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("done_at__isnull", True),
                        ("done_at__gte", models.F("created_at")),
                        _connector="OR",
                    ),
                    name="leads_task_done_after_planned",
                    violation_error_message="A step can't be done before it was created.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="BulkRun",
        fields=[
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "act",
                models.CharField(
                    choices=[
                        ("tag", "Tagged"),
                        ("untag", "Untagged"),
                        ("assign", "Assigned"),
                        ("move", "Moved"),
                        ("delete", "Deleted"),
                    ],
                    max_length=10,
                ),
            ),
            ("target", models.CharField(blank=True, max_length=25)),
            ("target_name", models.CharField(blank=True, max_length=150)),
            ("skipped", models.IntegerField(default=0)),
            ("failed", models.IntegerField(default=0)),
            (
                "reasons",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=300),
                    blank=True,
                    default=list,
                    help_text="Why leads were skipped or failed.",
                    size=None,
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="done",
                ),
            ),
            (
                "undone_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="undone"
                ),
            ),
            (
                "made_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            ("changed", models.IntegerField(default=0)),
            ("chosen", models.IntegerField(default=0)),
            ("restored", models.IntegerField(default=0, verbose_name="undone")),
            ("lost_reason", models.CharField(blank=True, max_length=20)),
            (
                "scheduled_for",
                models.DateTimeField(
                    blank=True, null=True, verbose_name="consult date"
                ),
            ),
            (
                "reason_counts",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.IntegerField(),
                    blank=True,
                    default=list,
                    help_text="How many for each reason.",
                    size=None,
                ),
            ),
            (
                "work",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="medspa.jobrun",
                ),
            ),
            (
                "undo_work",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="medspa.jobrun",
                ),
            ),
            (
                "new_entry",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="leads.pipelinestage",
                ),
            ),
            (
                "retires",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="leads.pipelinestage",
                ),
            ),
        ],
        options={
            "verbose_name": "bulk action",
            "ordering": ["-created_at", "-id"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("act__in", ["tag", "untag", "assign", "move", "delete"])
                    ),
                    name="leads_bulkrun_act_is_known",
                    violation_error_message="Choose an action from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("changed__gte", 0),
                        ("failed__gte", 0),
                        ("skipped__gte", 0),
                        (
                            "chosen__gte",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("changed"), "+", models.F("skipped")
                                ),
                                "+",
                                models.F("failed"),
                            ),
                        ),
                        ("restored__gte", 0),
                        ("restored__lte", models.F("changed")),
                    ),
                    name="leads_bulkrun_adds_up",
                    violation_error_message="More leads were changed than selected.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("reason_counts__len", models.F("reasons__len"))
                    ),
                    name="leads_bulkrun_counts_every_reason",
                    violation_error_message="Each reason needs a count of leads.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ExportLog",
        fields=[
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("filters", models.CharField(blank=True, max_length=200)),
            ("row_count", models.IntegerField(default=0, verbose_name="rows")),
            (
                "is_complete",
                models.BooleanField(default=False, verbose_name="complete"),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="started",
                ),
            ),
            (
                "exported_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "unreadable_count",
                models.IntegerField(
                    db_default=0, default=0, verbose_name="values that can't be read"
                ),
            ),
        ],
        options={
            "verbose_name": "lead export",
            "verbose_name_plural": "lead exports",
            "ordering": ["-created_at", "-id"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("row_count__gte", 0)),
                    name="leads_exportlog_rows_are_counted",
                    violation_error_message="The number of rows can't be negative.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="SavedView",
        fields=[
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=40)),
            ("is_shared", models.BooleanField(default=False, verbose_name="shared")),
            (
                "content_json",
                models.JSONField(blank=True, default=dict, verbose_name="content"),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            (
                "owner",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="saved_views",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": [django.db.models.functions.text.Lower("name"), "id"],
            "abstract": False,
            "default_permissions": (),
            "default_manager_name": "all_objects",
            "indexes": [
                models.Index(
                    models.F("is_shared"),
                    condition=models.Q(
                        ("deleted_at__isnull", True), ("is_shared", True)
                    ),
                    name="leads_savedview_shared",
                )
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("name", ""), _negated=True),
                    name="leads_savedview_has_a_name",
                    violation_error_message="Enter a name.",
                ),
                models.UniqueConstraint(
                    models.F("owner"),
                    django.db.models.functions.text.Lower("name"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="leads_savedview_name_is_unique",
                    violation_error_message="You already have a view with this name.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "name__regex",
                            "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                        ),
                        _negated=True,
                    ),
                    name="leads_savedview_name_is_no_persons",
                    violation_error_message="A name can't contain an email address, date, phone number or other long number.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        medspa.json_columns.conditions.HasOnlyKeys(
                            "content_json",
                            [
                                "stage",
                                "source",
                                "campaign",
                                "tag",
                                "procedure",
                                "answered",
                                "assigned",
                                "created",
                                "contacted",
                                "called",
                                "next",
                                "age",
                                "value",
                                "consult",
                                "lost",
                                "platform",
                                "exclude",
                                "order",
                                "columns",
                            ],
                        )
                    ),
                    name="leads_savedview_content_has_known_keys",
                    violation_error_message="The view contains something that can't be stored here.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="PinnedView",
        fields=[
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="pinned",
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="pinned_views",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "view",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="pins",
                    to="leads.savedview",
                ),
            ),
        ],
        options={
            "ordering": ["created_at", "id"],
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    fields=("person", "view"),
                    name="leads_pinnedview_once",
                    violation_error_message="This view is pinned already.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ListSettings",
        fields=[
            (
                "person",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="list_settings",
                    serialize=False,
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "columns",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=20),
                    blank=True,
                    default=list,
                    size=None,
                ),
            ),
            ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
            (
                "first_view",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="leads.savedview",
                    verbose_name="default view",
                ),
            ),
        ],
        options={
            "verbose_name": "settings of a lead list",
            "verbose_name_plural": "settings of lead lists",
            "default_permissions": (),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "columns__contained_by",
                            [
                                "stage",
                                "since",
                                "contact",
                                "tags",
                                "source",
                                "campaign",
                                "platform",
                                "value",
                                "procedure",
                                "expected_on",
                                "assigned",
                                "created",
                                "activity",
                                "contacted",
                                "next_step",
                            ],
                        )
                    ),
                    name="leads_listsettings_columns_are_known",
                    violation_error_message="Choose columns from the list.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="SavedViewHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    db_index=True,
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=40)),
            ("is_shared", models.BooleanField(default=False, verbose_name="shared")),
            (
                "content_json",
                models.JSONField(blank=True, default=dict, verbose_name="content"),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            (
                "updated_at",
                models.DateTimeField(
                    blank=True, editable=False, verbose_name="changed"
                ),
            ),
            ("history_id", models.AutoField(primary_key=True, serialize=False)),
            ("history_date", models.DateTimeField(db_index=True)),
            ("history_change_reason", models.CharField(max_length=100, null=True)),
            (
                "history_type",
                models.CharField(
                    choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                    max_length=1,
                ),
            ),
            (
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "owner",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "verbose_name": "historical saved view",
            "verbose_name_plural": "historical saved views",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="BulkChunk",
        fields=[
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("number", models.IntegerField()),
            (
                "lead_ids",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(blank=True, max_length=25),
                    blank=True,
                    default=list,
                    size=None,
                ),
            ),
            (
                "changed_ids",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(blank=True, max_length=25),
                    blank=True,
                    default=list,
                    size=None,
                ),
            ),
            (
                "before",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(blank=True, max_length=25),
                    blank=True,
                    default=list,
                    size=None,
                ),
            ),
            ("done_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ("undone_at", models.DateTimeField(blank=True, editable=False, null=True)),
            (
                "run",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="chunks",
                    to="leads.bulkrun",
                ),
            ),
        ],
        options={
            "verbose_name": "part of a bulk action",
            "verbose_name_plural": "parts of bulk actions",
            "ordering": ["run", "number"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("run", "number"),
                    name="leads_bulkchunk_number_is_unique",
                    violation_error_message="This part already exists.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("before__len", models.F("changed_ids__len"))),
                    name="leads_bulkchunk_remembers_every_lead",
                    violation_error_message="Each lead needs the values to restore.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("undone_at__isnull", True),
                        ("done_at__isnull", False),
                        _connector="OR",
                    ),
                    name="leads_bulkchunk_undoes_what_is_done",
                    violation_error_message="Only what was done can be undone.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="QueueClaim",
        fields=[
            (
                "lead",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="+",
                    serialize=False,
                    to="leads.lead",
                ),
            ),
            ("claimed_until", models.DateTimeField()),
            ("is_worked", models.BooleanField(default=False)),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "default_permissions": (),
        },
    ),
    migrations.CreateModel(
        name="ImportFile",
        fields=[
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "content",
                medspa.encryption.fields.EncryptedField(
                    associated_data="leads_importfile.content",
                    blank=True,
                    clean=leads.models.import_file.as_it_is,
                    editable=False,
                ),
            ),
            ("rows", models.IntegerField()),
            ("created", models.IntegerField(default=0)),
            ("updated", models.IntegerField(default=0)),
            ("skipped", models.IntegerField(default=0)),
            (
                "failed_rows",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.IntegerField(),
                    blank=True,
                    default=list,
                    help_text="Numbers of rows, as a spreadsheet program shows them.",
                    size=None,
                ),
            ),
            (
                "failed_reasons",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=300),
                    blank=True,
                    default=list,
                    size=None,
                ),
            ),
            (
                "is_settled",
                models.BooleanField(
                    default=False, verbose_name="holds only failed rows"
                ),
            ),
            (
                "work",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="medspa.jobrun",
                ),
            ),
            ("restored", models.IntegerField(default=0)),
        ],
        options={
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    fields=("work",),
                    name="leads_importfile_one_for_a_run",
                    violation_error_message="This job already has its rows.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("failed_reasons__len", models.F("failed_rows__len"))
                    ),
                    name="leads_importfile_says_why",
                    violation_error_message="Each failed row needs a reason.",
                ),
                medspa.encryption.fields.EncryptedConstraint(
                    encrypted="content",
                    indexes=(),
                    name="leads_importfile_is_sealed",
                    violation_error_message="The rows must be encrypted.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("created__gte", 0),
                        ("restored__gte", 0),
                        ("skipped__gte", 0),
                        ("updated__gte", 0),
                        (
                            "rows__gte",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("created"),
                                            "+",
                                            models.F("updated"),
                                        ),
                                        "+",
                                        models.F("restored"),
                                    ),
                                    "+",
                                    models.F("skipped"),
                                ),
                                "+",
                                models.F("failed_rows__len"),
                            ),
                        ),
                    ),
                    name="leads_importfile_adds_up",
                    violation_error_message="More rows were imported than the file has.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ContactPoint",
        fields=[
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "email",
                medspa.encryption.fields.EncryptedField(
                    associated_data="leads_contactpoint.email",
                    blank=True,
                    clean=leads.contact.clean_email,
                    verbose_name="email",
                ),
            ),
            (
                "email_index",
                medspa.encryption.fields.BlindIndexField(
                    blank=True,
                    column="leads_lead.email",
                    default=b"",
                    editable=False,
                    normalize=leads.contact.email_key,
                    of="email",
                ),
            ),
            (
                "phone",
                medspa.encryption.fields.EncryptedField(
                    associated_data="leads_contactpoint.phone",
                    blank=True,
                    clean=leads.contact.clean_phone,
                ),
            ),
            (
                "phone_index",
                medspa.encryption.fields.BlindIndexField(
                    blank=True,
                    column="leads_lead.phone",
                    default=b"",
                    editable=False,
                    normalize=leads.contact.phone_key,
                    of="phone",
                ),
            ),
            (
                "phone_last4_index",
                medspa.encryption.fields.BlindIndexField(
                    blank=True,
                    column="leads_lead.phone_last4",
                    default=b"",
                    editable=False,
                    normalize=leads.contact.last_four,
                    of="phone",
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=medspa.clock.now, editable=False, verbose_name="added"
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="contact_points",
                    to="leads.lead",
                ),
            ),
        ],
        options={
            "ordering": ["created_at", "id"],
            "abstract": False,
            "default_manager_name": "all_objects",
            "indexes": [
                models.Index(
                    models.F("email_index"),
                    condition=models.Q(
                        models.Q(("email_index", b""), _negated=True),
                        ("deleted_at", None),
                    ),
                    name="leads_contactpoint_email",
                ),
                models.Index(
                    models.F("phone_index"),
                    condition=models.Q(
                        models.Q(("phone_index", b""), _negated=True),
                        ("deleted_at", None),
                    ),
                    name="leads_contactpoint_phone",
                ),
                models.Index(
                    models.F("phone_last4_index"),
                    condition=models.Q(
                        models.Q(("phone_last4_index", b""), _negated=True),
                        ("deleted_at", None),
                    ),
                    name="leads_contactpoint_last4",
                ),
            ],
            "constraints": [
                medspa.encryption.fields.EncryptedConstraint(
                    encrypted="email",
                    indexes=("email_index",),
                    name="leads_contactpoint_email_is_sealed_and_indexed",
                    violation_error_message="Enter an email address like name@example.com.",
                ),
                medspa.encryption.fields.EncryptedConstraint(
                    encrypted="phone",
                    indexes=("phone_index", "phone_last4_index"),
                    name="leads_contactpoint_phone_is_sealed_and_indexed",
                    violation_error_message="Enter a phone number with area code, like (212) 555-0123.",
                ),
                medspa.encryption.fields.BlindIndexConstraint(
                    condition=models.Q(
                        ("email_index", b""), ("phone_index", b""), _connector="XOR"
                    ),
                    name="leads_contactpoint_is_one_email_or_phone",
                    violation_error_message="Enter either an email or a phone.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="ContactPointHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    db_index=True,
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            (
                "email",
                medspa.encryption.fields.EncryptedField(
                    associated_data="leads_contactpoint.email",
                    blank=True,
                    clean=leads.contact.clean_email,
                    verbose_name="email",
                ),
            ),
            (
                "phone",
                medspa.encryption.fields.EncryptedField(
                    associated_data="leads_contactpoint.phone",
                    blank=True,
                    clean=leads.contact.clean_phone,
                ),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=medspa.clock.now, editable=False, verbose_name="added"
                ),
            ),
            ("history_id", models.AutoField(primary_key=True, serialize=False)),
            ("history_date", models.DateTimeField(db_index=True)),
            ("history_change_reason", models.CharField(max_length=100, null=True)),
            (
                "history_type",
                models.CharField(
                    choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                    max_length=1,
                ),
            ),
            (
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="leads.lead",
                ),
            ),
        ],
        options={
            "verbose_name": "historical contact point",
            "verbose_name_plural": "historical contact points",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="ImportChunk",
        fields=[
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("number", models.IntegerField()),
            (
                "content",
                medspa.encryption.fields.EncryptedField(
                    associated_data="leads_importchunk.content",
                    clean=leads.models.import_file.as_it_is,
                    editable=False,
                ),
            ),
            (
                "is_done",
                models.BooleanField(
                    default=False, verbose_name="holds only failed rows"
                ),
            ),
            (
                "file",
                models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="chunks",
                    to="leads.importfile",
                ),
            ),
        ],
        options={
            "ordering": ["number"],
            "default_permissions": (),
            "constraints": [
                models.UniqueConstraint(
                    fields=("file", "number"),
                    name="leads_importchunk_one_of_a_number",
                    violation_error_message="This part of the import already exists.",
                ),
                medspa.encryption.fields.EncryptedConstraint(
                    encrypted="content",
                    indexes=(),
                    name="leads_importchunk_is_encrypted",
                    violation_error_message="The rows must be encrypted.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="TagSuggestion",
        fields=[
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=40)),
            ("row_count", models.IntegerField(default=1, verbose_name="rows")),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="suggested",
                ),
            ),
        ],
        options={
            "verbose_name": "suggested tag",
            "ordering": ["-row_count", "name"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "name__regex",
                            "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                        ),
                        _negated=True,
                    ),
                    name="leads_tagsuggestion_name_is_no_persons",
                    violation_error_message="A name can't contain an email address, date, phone number or other long number.",
                ),
                models.UniqueConstraint(
                    django.db.models.functions.text.Lower("name"),
                    name="leads_tagsuggestion_name_is_unique",
                    violation_error_message="This tag is suggested already.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("row_count__gte", 1)),
                    name="leads_tagsuggestion_rows_are_counted",
                    violation_error_message="A suggestion comes from at least one row.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="LeadSummary",
        fields=[
            (
                "lead",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="summary",
                    serialize=False,
                    to="leads.lead",
                ),
            ),
            ("active_at", models.DateTimeField()),
            (
                "contacted_at",
                models.DateTimeField(
                    default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC)
                ),
            ),
            (
                "called_at",
                models.DateTimeField(
                    default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC)
                ),
            ),
            (
                "next_due_at",
                models.DateTimeField(
                    default=datetime.datetime(3000, 1, 1, 0, 0, tzinfo=datetime.UTC)
                ),
            ),
            ("value_cents", models.BigIntegerField(default=0)),
        ],
        options={
            "default_permissions": (),
            "indexes": [
                models.Index(
                    models.F("active_at"),
                    models.F("lead"),
                    name="leads_leadsummary_active",
                ),
                models.Index(
                    models.F("contacted_at"),
                    models.F("lead"),
                    name="leads_leadsummary_contacted",
                ),
                models.Index(
                    models.F("called_at"),
                    models.F("lead"),
                    name="leads_leadsummary_called",
                ),
                models.Index(
                    models.F("next_due_at"),
                    models.F("lead"),
                    name="leads_leadsummary_next_due",
                ),
                models.Index(
                    models.F("value_cents"),
                    models.F("lead"),
                    name="leads_leadsummary_value",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ProcedureHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    db_index=True,
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=40)),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            (
                "code",
                models.CharField(
                    blank=True,
                    help_text="For imports and reports; made from the name if left empty.",
                    max_length=10,
                    validators=[
                        django.core.validators.RegexValidator(
                            "^[A-Z][A-Z0-9]{1,9}$",
                            "Use 2 to 10 capital letters and digits, like PEEL.",
                        )
                    ],
                ),
            ),
            (
                "category",
                models.CharField(
                    choices=[("service", "Service"), ("retail", "Retail")],
                    default="service",
                    max_length=10,
                ),
            ),
            (
                "default_value_cents",
                models.BigIntegerField(
                    blank=True,
                    help_text="Filled in as the expected value of a lead.",
                    null=True,
                    verbose_name="usual value",
                ),
            ),
            (
                "repeat_months",
                models.SmallIntegerField(
                    blank=True,
                    help_text="How long until people usually come back for it.",
                    null=True,
                    verbose_name="repeats after (months)",
                ),
            ),
            ("history_id", models.AutoField(primary_key=True, serialize=False)),
            ("history_date", models.DateTimeField(db_index=True)),
            ("history_change_reason", models.CharField(max_length=100, null=True)),
            (
                "history_type",
                models.CharField(
                    choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                    max_length=1,
                ),
            ),
            (
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "verbose_name": "historical procedure",
            "verbose_name_plural": "historical procedures",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="ProcedureName",
        fields=[
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=60)),
            ("key", models.CharField(editable=False, max_length=120)),
            (
                "system",
                models.CharField(blank=True, max_length=40, verbose_name="from"),
            ),
            (
                "row_count",
                models.IntegerField(default=0, editable=False, verbose_name="rows"),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="added",
                ),
            ),
            (
                "procedure",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="other_names",
                    to="leads.procedure",
                ),
            ),
        ],
        options={
            "verbose_name": "procedure name",
            "ordering": ["name"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "name__regex",
                            "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                        ),
                        _negated=True,
                    ),
                    name="leads_procedurename_name_is_no_persons",
                    violation_error_message="A name can't contain an email address, date, phone number or other long number.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("key", ""), _negated=True),
                    name="leads_procedurename_has_a_key",
                    violation_error_message="Enter a name with letters or digits.",
                ),
                models.UniqueConstraint(
                    fields=("key", "system"),
                    name="leads_procedurename_is_unique",
                    violation_error_message="This name is already in the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("row_count__gte", 0)),
                    name="leads_procedurename_rows_are_counted",
                    violation_error_message="Rows are counted from zero.",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ProcedureNameHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    db_index=True,
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=60)),
            ("key", models.CharField(editable=False, max_length=120)),
            (
                "system",
                models.CharField(blank=True, max_length=40, verbose_name="from"),
            ),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="added",
                ),
            ),
            ("history_id", models.AutoField(primary_key=True, serialize=False)),
            ("history_date", models.DateTimeField(db_index=True)),
            ("history_change_reason", models.CharField(max_length=100, null=True)),
            (
                "history_type",
                models.CharField(
                    choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                    max_length=1,
                ),
            ),
            (
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "procedure",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    null=True,
                    on_delete=django.db.models.deletion.DO_NOTHING,
                    related_name="+",
                    to="leads.procedure",
                ),
            ),
        ],
        options={
            "verbose_name": "historical procedure name",
            "verbose_name_plural": "historical procedure names",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="LeadLostReason",
        fields=[
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=40)),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            ("code", models.CharField(editable=False, max_length=20)),
            (
                "meaning",
                models.CharField(
                    choices=[
                        ("price", "Too expensive"),
                        ("no_response", "Could not be reached"),
                        ("competitor", "Went elsewhere"),
                        ("timing", "Not the right time"),
                        ("not_a_fit", "Not a fit for us"),
                        ("changed_mind", "Changed their mind"),
                        ("no_show", "No-show"),
                        ("duplicate", "Duplicate"),
                        ("spam", "Spam or test"),
                    ],
                    help_text="Decides how it is counted. Can't be changed later.",
                    max_length=20,
                    verbose_name="means",
                ),
            ),
        ],
        options={
            "verbose_name": "lost reason",
            "ordering": ["name"],
            "abstract": False,
            "default_manager_name": "all_objects",
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "name__regex",
                            "@|[0-9]{5}|[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|([0-9][ ().-]*){7}|[\\x01-\\x1f\\x7f]",
                        ),
                        _negated=True,
                    ),
                    name="leads_leadlostreason_name_is_no_persons",
                    violation_error_message="A name can't contain an email address, date, phone number or other long number.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("name", ""), _negated=True),
                    name="leads_leadlostreason_has_a_name",
                    violation_error_message="Enter a name.",
                ),
                models.UniqueConstraint(
                    django.db.models.functions.text.Lower("name"),
                    condition=models.Q(("deleted_at__isnull", True)),
                    name="leads_leadlostreason_name_is_unique",
                    violation_error_message="This name is already in the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("code__regex", "^[a-z][a-z0-9_]{0,19}$")),
                    name="leads_leadlostreason_code_is_short",
                    violation_error_message="A code has up to 20 small letters, digits and underscores.",
                ),
                models.UniqueConstraint(
                    fields=("code",),
                    name="leads_leadlostreason_code_is_unique",
                    violation_error_message="There is already a lost reason with this code.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "meaning__in",
                            [
                                "price",
                                "no_response",
                                "competitor",
                                "timing",
                                "not_a_fit",
                                "changed_mind",
                                "no_show",
                                "duplicate",
                                "spam",
                            ],
                        )
                    ),
                    name="leads_leadlostreason_meaning_is_known",
                    violation_error_message="Choose what it means from the list.",
                ),
            ],
        },
        managers=[
            ("all_objects", django.db.models.manager.Manager()),
        ],
    ),
    migrations.CreateModel(
        name="LeadLostReasonHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    db_index=True,
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=40)),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            ("code", models.CharField(editable=False, max_length=20)),
            (
                "meaning",
                models.CharField(
                    choices=[
                        ("price", "Too expensive"),
                        ("no_response", "Could not be reached"),
                        ("competitor", "Went elsewhere"),
                        ("timing", "Not the right time"),
                        ("not_a_fit", "Not a fit for us"),
                        ("changed_mind", "Changed their mind"),
                        ("no_show", "No-show"),
                        ("duplicate", "Duplicate"),
                        ("spam", "Spam or test"),
                    ],
                    help_text="Decides how it is counted. Can't be changed later.",
                    max_length=20,
                    verbose_name="means",
                ),
            ),
            ("history_id", models.AutoField(primary_key=True, serialize=False)),
            ("history_date", models.DateTimeField(db_index=True)),
            ("history_change_reason", models.CharField(max_length=100, null=True)),
            (
                "history_type",
                models.CharField(
                    choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                    max_length=1,
                ),
            ),
            (
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "verbose_name": "historical lost reason",
            "verbose_name_plural": "historical lost reasons",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="LeadSourceHistory",
        fields=[
            (
                "history_actor",
                models.CharField(
                    default=medspa.audit.history.actor_name, max_length=150
                ),
            ),
            (
                "deleted_at",
                models.DateTimeField(
                    blank=True, editable=False, null=True, verbose_name="deleted"
                ),
            ),
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    db_index=True,
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("name", models.CharField(max_length=40)),
            (
                "created_at",
                models.DateTimeField(
                    default=django.utils.timezone.now,
                    editable=False,
                    verbose_name="created",
                ),
            ),
            ("code", models.CharField(editable=False, max_length=20)),
            (
                "meaning",
                models.CharField(
                    choices=[
                        ("facebook", "Facebook"),
                        ("instagram", "Instagram"),
                        ("google", "Google"),
                        ("tiktok", "TikTok"),
                        ("referral", "Referral"),
                        ("organic", "Organic search"),
                        ("website", "Website form"),
                        ("phone", "Phone call"),
                        ("walk_in", "Walk-in"),
                        ("gohighlevel", "GoHighLevel"),
                        ("other", "Other"),
                    ],
                    help_text="Decides how it is counted. Can't be changed later.",
                    max_length=20,
                    verbose_name="means",
                ),
            ),
            ("history_id", models.AutoField(primary_key=True, serialize=False)),
            ("history_date", models.DateTimeField(db_index=True)),
            ("history_change_reason", models.CharField(max_length=100, null=True)),
            (
                "history_type",
                models.CharField(
                    choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")],
                    max_length=1,
                ),
            ),
            (
                "history_user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "verbose_name": "historical source",
            "verbose_name_plural": "historical sources",
            "ordering": ("-history_date", "-history_id"),
            "get_latest_by": ("history_date", "history_id"),
        },
        bases=(simple_history.models.HistoricalChanges, models.Model),
    ),
    migrations.CreateModel(
        name="LeadArrival",
        fields=[
            (
                "id",
                medspa.ids.CuidField(
                    db_collation="C",
                    default=medspa.ids.new_id,
                    editable=False,
                    max_length=25,
                    primary_key=True,
                    serialize=False,
                    validators=[
                        django.core.validators.RegexValidator(
                            re.compile("c[0-9a-z]{24}"), "This is not a valid id."
                        )
                    ],
                ),
            ),
            ("door", models.CharField(max_length=20)),
            ("form", models.CharField(blank=True, max_length=50)),
            (
                "ad_platform",
                models.CharField(
                    blank=True,
                    choices=[
                        ("facebook", "Facebook"),
                        ("instagram", "Instagram"),
                        ("google", "Google"),
                        ("tiktok", "TikTok"),
                        ("bing", "Bing"),
                        ("yelp", "Yelp"),
                        ("other", "Other"),
                    ],
                    max_length=20,
                    verbose_name="ad platform",
                ),
            ),
            (
                "click_kind",
                models.CharField(
                    blank=True,
                    choices=[
                        ("gclid", "Google click ID"),
                        ("gbraid", "Google click ID (iOS)"),
                        ("wbraid", "Google click ID (web to app)"),
                        ("fbclid", "Meta click ID"),
                        ("msclkid", "Microsoft click ID"),
                        ("ttclid", "TikTok click ID"),
                    ],
                    max_length=10,
                ),
            ),
            (
                "click_id",
                models.CharField(blank=True, max_length=255, verbose_name="click ID"),
            ),
            (
                "agreed_to_email",
                models.BooleanField(default=False, verbose_name="agreed to emails"),
            ),
            (
                "agreed_to_text",
                models.BooleanField(default=False, verbose_name="agreed to texts"),
            ),
            (
                "wording_version",
                models.IntegerField(
                    blank=True, null=True, verbose_name="consent wording"
                ),
            ),
            (
                "arrived_at",
                models.DateTimeField(
                    default=django.utils.timezone.now, verbose_name="arrived"
                ),
            ),
            (
                "campaign",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="campaigns.campaign",
                ),
            ),
            (
                "lead",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="arrivals",
                    to="leads.lead",
                ),
            ),
        ],
        options={
            "verbose_name": "arrival",
            "ordering": ["arrived_at", "id"],
            "default_permissions": (),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("door__regex", "^[a-z][a-z0-9_]{0,19}$")),
                    name="leads_leadarrival_door_is_a_name",
                    violation_error_message="A door has up to 20 small letters and digits.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("form__regex", "^([a-z0-9][a-z0-9_-]{0,49})?$")
                    ),
                    name="leads_leadarrival_form_is_a_slug",
                    violation_error_message="A form is named by small letters, digits and hyphens.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        (
                            "ad_platform__in",
                            [
                                "",
                                "facebook",
                                "instagram",
                                "google",
                                "tiktok",
                                "bing",
                                "yelp",
                                "other",
                            ],
                        )
                    ),
                    name="leads_leadarrival_ad_platform_is_known",
                    violation_error_message="Choose an ad platform from the list.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("click_id", ""), ("click_kind", "")),
                        models.Q(
                            ("click_id__regex", "^(?=.*[0-9])[A-Za-z0-9_.-]{16,255}$"),
                            (
                                "click_kind__in",
                                [
                                    "gclid",
                                    "gbraid",
                                    "wbraid",
                                    "fbclid",
                                    "msclkid",
                                    "ttclid",
                                ],
                            ),
                        ),
                        _connector="OR",
                    ),
                    name="leads_leadarrival_click_is_an_id",
                    violation_error_message="A click ID has a known kind, and only letters and digits.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("agreed_to_email", False), ("agreed_to_text", False)),
                        models.Q(
                            ("wording_version__gte", 1),
                            ("wording_version__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="leads_leadarrival_consent_has_its_wording",
                    violation_error_message="A consent needs the version of its wording.",
                ),
            ],
        },
    ),
)
