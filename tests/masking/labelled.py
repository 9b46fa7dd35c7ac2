"""Lines with a secret, by kind; every value is made up here, by chance."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable
from dataclasses import dataclass

HEX, UPPER, LOWER, DIGITS = (
    "0123456789abcdef",
    string.ascii_uppercase,
    string.ascii_lowercase,
    string.digits,
)
ALNUM = string.ascii_letters + DIGITS
URL, B64 = ALNUM + "_-", ALNUM + "+/"


@dataclass(frozen=True)
class Line:
    """A text, the secret in it, and of what kind the line is."""

    kind: str
    text: str
    secret: str


class Chance:
    """Signs drawn by a seeded chance, the same in each run."""

    def __init__(self, seed: int) -> None:
        """Take the seed."""
        self._random = random.Random(seed)  # noqa: S311 - no secret is to come of it

    def __call__(self, signs: str, count: int) -> str:
        """So many of those signs, at least one a digit where there are digits among them."""
        drawn = self._random.choices(signs, k=count)
        if count > 3 and not any(each.isdigit() for each in drawn) and set(DIGITS) <= set(signs):
            drawn[count // 2] = "7"
        return "".join(drawn)

    def uuid(self) -> str:
        """A UUID."""
        return "-".join(self(HEX, n) for n in (8, 4, 4, 4, 12))


# By vendor, in the form that its documentation shows.
VENDORS: dict[str, Callable[[Chance], str]] = {
    "AWS": lambda c: "AKIA" + c(UPPER + "234567", 16),
    "AWS, temporary": lambda c: "ASIA" + c(UPPER + "234567", 16),
    "GitHub": lambda c: "ghp_" + c(ALNUM, 36),
    "GitHub, fine-grained": lambda c: f"github_pat_{c(ALNUM, 22)}_{c(ALNUM, 59)}",
    "GitHub, server": lambda c: "ghs_" + c(ALNUM, 36),
    "GitLab": lambda c: "glpat-" + c(URL, 20),
    "GitLab, runner": lambda c: "glrt-" + c(URL, 20),
    "GitLab, deploy": lambda c: "gldt-" + c(URL, 20),
    "GitLab, job": lambda c: f"glcbt-64_{c(URL, 20)}",
    "GitLab, trigger": lambda c: "glptt-" + c(HEX, 40),
    "Slack, bot": lambda c: f"xoxb-{c(DIGITS, 12)}-{c(DIGITS, 12)}-{c(ALNUM, 24)}",
    "Slack, app": lambda c: f"xapp-1-A{c(UPPER, 10)}-{c(DIGITS, 13)}-{c(HEX, 64)}",
    "Slack, webhook": lambda c: f"T{c(UPPER, 8)}/B{c(UPPER, 8)}/{c(ALNUM, 24)}",
    "Stripe": lambda c: "sk_live_" + c(ALNUM, 24),
    "Stripe, webhook": lambda c: "whsec_" + c(ALNUM, 32),
    "SendGrid": lambda c: f"SG.{c(URL, 22)}.{c(URL, 43)}",
    "Vault": lambda c: "hvs." + c(URL, 95),
    "Vault, batch": lambda c: "hvb." + c(URL, 140),
    "Vault, old": lambda c: "s." + c(ALNUM, 24),
    "Shopify": lambda c: "shpat_" + c(HEX, 32),
    "Shopify, shared": lambda c: "shpss_" + c(HEX, 32),
    "DigitalOcean": lambda c: "dop_v1_" + c(HEX, 64),
    "DigitalOcean, OAuth": lambda c: "doo_v1_" + c(HEX, 64),
    "Grafana": lambda c: f"glsa_{c(ALNUM, 32)}_{c(HEX, 8)}",
    "Grafana Cloud": lambda c: "glc_" + c(ALNUM, 80),
    "Databricks": lambda c: "dapi" + c(HEX, 32),
    "Twilio": lambda c: "SK" + c(HEX, 32),
    "Hugging Face": lambda c: "hf_" + c(string.ascii_letters, 34),
    "Linear": lambda c: "lin_api_" + c(ALNUM, 40),
    "Notion": lambda c: f"ntn_{c(DIGITS, 11)}{c(ALNUM, 35)}",
    "Notion, old": lambda c: "secret_" + c(ALNUM, 43),
    "New Relic": lambda c: "NRAK-" + c(UPPER + DIGITS, 27),
    "New Relic, licence": lambda c: c(HEX, 36) + "NRAL",
    "Atlassian": lambda c: f"ATATT3xFfGF0{c(URL, 170)}={c(HEX.upper(), 8)}",
    "Bitbucket": lambda c: "ATBB" + c(ALNUM, 32),
    "Mailgun": lambda c: "key-" + c(HEX, 32),
    "Mailgun, new": lambda c: f"{c(HEX, 32)}-{c(HEX, 8)}-{c(HEX, 8)}",
    "Mailchimp": lambda c: c(HEX, 32) + "-us14",
    "Telegram": lambda c: f"{c('123456789', 10)}:AA{c(URL, 33)}",
    "Discord": lambda c: f"M{c(ALNUM, 23)}.{c(URL, 6)}.{c(URL, 38)}",
    "Discord, webhook": lambda c: f"{c('123456789', 18)}/{c(URL, 68)}",
    "Sentry": lambda c: "sntryu_" + c(HEX, 64),
    "Sentry, organisation": lambda c: f"sntrys_eyJpYXQiO{c(ALNUM, 80)}_{c(B64, 43)}",
    "Heroku": lambda c: "HRKU-AA" + c(URL, 58),
    "Cloudflare, origin": lambda c: f"v1.0-{c(HEX, 24)}-{c(HEX, 146)}",
    "Azure AD": lambda c: f"{c(ALNUM, 3)}8Q~{c(ALNUM + '_~.-', 33)}a",
    "Azure storage": lambda c: c(B64, 86) + "==",
    "Google": lambda c: "AIza" + c(URL, 35),
    "Google, client secret": lambda c: "GOCSPX-" + c(URL, 28),
    "Google, refresh": lambda c: f"1//0{c(URL, 60)}",
    "Google, access": lambda c: f"ya29.{c(URL, 120)}",
    "npm": lambda c: "npm_" + c(ALNUM, 36),
    "PyPI": lambda c: "pypi-AgEIcHlwaS5vcmc" + c(URL, 120),
    "RubyGems": lambda c: "rubygems_" + c(HEX, 48),
    "NuGet": lambda c: "oy2" + c(LOWER + DIGITS, 43),
    "Docker": lambda c: "dckr_pat_" + c(URL, 27),
    "OpenAI": lambda c: f"sk-proj-{c(URL, 74)}T3BlbkFJ{c(URL, 74)}",
    "Anthropic": lambda c: f"sk-ant-api03-{c(URL, 93)}AA",
    "Groq": lambda c: "gsk_" + c(ALNUM, 52),
    "age": lambda c: "AGE-SECRET-KEY-1" + c("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
    "1Password": lambda c: (
        f"A3-{c(UPPER, 6)}-{c(UPPER, 11)}-{c(UPPER, 5)}-{c(UPPER, 5)}-{c(UPPER, 5)}"
    ),
    "Doppler": lambda c: "dp.pt." + c(ALNUM, 43),
    "Dynatrace": lambda c: f"dt0c01.{c(UPPER, 24)}.{c(UPPER + DIGITS, 64)}",
    "PlanetScale": lambda c: "pscale_tkn_" + c(ALNUM, 43),
    "Postman": lambda c: f"PMAK-{c(HEX, 24)}-{c(HEX, 34)}",
    "Pulumi": lambda c: "pul-" + c(HEX, 40),
    "Supabase": lambda c: "sbp_" + c(HEX, 40),
    "Netlify": lambda c: "nfp_" + c(ALNUM, 40),
    "Square": lambda c: "sq0atp-" + c(URL, 22),
    "Figma": lambda c: "figd_" + c(URL, 43),
    "Airtable": lambda c: f"pat{c(ALNUM, 14)}.{c(HEX, 64)}",
    "SonarQube": lambda c: "squ_" + c(HEX, 40),
    "Buildkite": lambda c: "bkua_" + c(HEX, 40),
    "JFrog": lambda c: "AKCp" + c(ALNUM, 69),
    "Tailscale": lambda c: f"tskey-auth-{c(ALNUM, 11)}-{c(ALNUM, 32)}",
    "Terraform": lambda c: f"{c(ALNUM, 14)}.atlasv1.{c(ALNUM, 67)}",
    "LaunchDarkly": lambda c: "sdk-" + c.uuid(),
    "OpenShift": lambda c: "sha256~" + c(URL, 43),
    "Alibaba": lambda c: "LTAI" + c(ALNUM, 20),
    "Brevo": lambda c: f"xkeysib-{c(HEX, 64)}-{c(ALNUM, 16)}",
    "JWT": lambda c: f"eyJhbGciOiJIUzI1NiJ9.eyJ{c(ALNUM, 60)}.{c(URL, 43)}",
}
_AROUND = {
    "Slack, webhook": "https://hooks.slack.com/services/{}",
    "Discord, webhook": "https://discord.com/api/webhooks/{}",
}
# How a token gets into a log, a paper or a file.
CONTEXTS = (
    "the job printed {} before it failed",
    "2026-07-02T13:42:11Z ERROR auth rejected for {} (401)",
    '{{"level":"warn","credential":"{}","status":401}}',
    "- leaked in build 4711: `{}`",
)
# Secrets that nothing but their place tells; `{}` is the secret.
PASSWORDS: tuple[Callable[[Chance], str], ...] = (
    lambda c: c(ALNUM, 12),
    lambda c: "Tr0ub4dor&" + c(DIGITS, 2),
    lambda c: f"{c(LOWER, 6)}-{c(LOWER, 5)}-{c(DIGITS, 4)}",
    lambda c: c(ALNUM + "!#%*", 20),
    lambda c: c(HEX, 40),
)
PLACES = {
    "shell variable": (
        "export DB_PASSWORD={}",
        "PGPASSWORD={} psql -h db",
        "MYSQL_PWD={}",
        "env API_TOKEN='{}' make",
    ),
    "YAML": (
        "password: {}",
        "  db_password: '{}'",
        "smtp_pass: {}",
        'apiKey: "{}"',
        "- name: REDIS_PASSWORD\n  value: {}",
    ),
    "JSON": (
        '{{"password":"{}"}}',
        '"client_secret": "{}",',
        '"body":"{{\\"token\\":\\"{}\\"}}"',
        '{{"name":"SECRET_KEY","value":"{}"}}',
    ),
    "code": (
        "password = '{}'",
        'secret_key = "{}";',
        "'password' => '{}',",
        ':token => "{}"',
        'conn.setPassword("{}");',
        'auth("admin", password="{}")',
    ),
    "properties": ("spring.datasource.password={}", "jdbc.pass = {}", "aws_secret_access_key = {}"),
    "XML": (
        "<password>{}</password>",
        '<add key="Password" value="{}" />',
        '<property name="secret" value="{}"/>',
        '<user name="x" password="{}"/>',
    ),
    "Markdown": (
        "**Password:** {}",
        "- **token**: `{}`",
        "| password | {} |",
        "the admin password is {}.",
    ),
    "table": ("| user | password |\n|---|---|\n| root | {} |",),
    "URL": (
        "postgres://app:{}@db:5432/shop",
        "redis://:{}@cache:6379/0",
        "https://ci:{}@git.example.com/x.git",
        "amqp://u:p@ss/{}@mq:5672/",
    ),
    "DSN": (
        "Server=db;User Id=sa;Pwd={};Encrypt=true",
        "app:{}@tcp(db:3306)/shop",
        "AccountName=x;AccountKey={};EndpointSuffix=y",
    ),
    "header": (
        "X-Api-Key: {}",
        "X-Vault-Token: {}",
        "curl -H 'DD-API-KEY: {}' https://api",
        "Authorization: Token {}",
        "authorization: ApiKey {}",
        'Authorization: Digest username="u", response="{}"',
    ),
    "cookie": (
        "Cookie: theme=dark; sessionid={}",
        "Set-Cookie: auth_token={}; Path=/; HttpOnly",
        "cookie: JSESSIONID={}",
    ),
    "option": (
        "curl -s -u admin:{} https://x",
        "mysql -u root -p{} shop",
        "sshpass -p {} ssh db",
        "redis-cli -h c -a {} ping",
        "docker login -u ci -p {} r.example.com",
        "tool --password {} --verbose",
        "openssl rsa -passin pass:{}",
        "kubectl create secret generic x --from-literal=k={}",
    ),
    "shell input": (
        "echo {} | docker login -u ci --password-stdin",
        "echo '{}' | sudo -S systemctl restart web",
        "sudo -S ls <<< '{}'",
        "chpasswd <<< root:{}",
        "keytool -list -storepass {} -keystore k",
        "useradd -p {} deploy",
    ),
    "other languages": (
        "Kennwort: {}",
        "mot de passe : {}",
        "contraseña: {}",
        "пароль: {}",
        "パスワード: {}",
        "密码\uff1a{}",
    ),
    "sentence": ("the password was changed to {}", "passphrase has been reset to {}"),
    "SQL": (
        "ALTER USER a IDENTIFIED WITH caching_sha2_password BY '{}';",
        "CREATE USER a IDENTIFIED BY '{}';",
        "ALTER ROLE app WITH PASSWORD '{}';",
        "SET PASSWORD = '{}'",
    ),
    "netrc": ("machine x login ci password {}",),
    "query": (
        "GET /v1?api_key={}&page=2",
        "https://x/cb?access_token={}",
        "wget 'https://x/?token={}'",
    ),
}
_SIGNED = (
    "https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature={}",
    "https://a.blob.core.windows.net/c?sv=2024&se=2026&sig={}",
    "https://storage.googleapis.com/b/o?X-Goog-Signature={}",
)
_HASHED = (
    "root:$6$q1w2e3r4${}:19000:0:99999:7:::",
    "ci:$apr1$q1w2e3r4${}",
    "hash $2b$12${} rejected",
    "'$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ${}'",
)
_SESSIONS = ("GET /a;JSESSIONID={} 500", "PHPSESSID={}", "connect.sid={}")
BEFORE = ("", "> ", "| ", "2026-07-02 13:42:11 app[7]: ", "    ")


def tokens(seed: int = 1) -> list[Line]:
    """Each vendor's token in each context."""
    chance, lines = Chance(seed), []
    for vendor, made in VENDORS.items():
        for context in CONTEXTS:
            secret = made(chance)
            text = context.format(_AROUND.get(vendor, "{}").format(secret))
            lines.append(Line(f"vendor: {vendor}", text, secret))
    return lines


def places(seed: int = 2) -> list[Line]:
    """Each place with each sort of password."""
    chance, lines = Chance(seed), []
    for kind, templates in PLACES.items():
        for template in templates:
            for made in PASSWORDS:
                secret = made(chance)
                lines.append(Line(f"place: {kind}", template.format(secret), secret))
    for template in _SIGNED:
        secret = chance(HEX, 64)
        lines.append(Line("place: signed URL", template.format(secret), secret))
    for template in _HASHED:
        secret = chance(ALNUM + "./", 22)
        lines.append(Line("place: hashed password", template.format(secret), secret))
    for template in _SESSIONS:
        secret = chance(ALNUM, 26)
        lines.append(Line("place: session", template.format(secret), secret))
    return lines


def blocks(seed: int = 3) -> list[Line]:
    """Private keys as they get into papers and logs."""
    chance, lines = Chance(seed), []
    for name in ("RSA ", "EC ", "OPENSSH ", "ENCRYPTED ", "", "PGP "):
        end = " BLOCK" if name == "PGP " else ""
        key = [chance(B64, 64) for _ in range(12)]
        armour = [
            f"-----BEGIN {name}PRIVATE KEY{end}-----",
            *key,
            f"-----END {name}PRIVATE KEY{end}-----",
        ]
        for before in BEFORE:
            text = "\n".join(before + line for line in armour)
            lines += [Line("key block", text, part) for part in (key[0], key[-1])]
        for glue in ("\\n", "<br>", " ", "\\r\\n"):
            lines.append(Line("key block", f'"key": "{glue.join(armour)}"', key[6]))
        lines.append(Line("key block, cut off", "\n".join(armour[:7]), key[5]))
    entries = "\n".join(
        f"  {n}: {base64.b64encode(chance(ALNUM, 12).encode()).decode()}" for n in "ab"
    )
    secret = f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n{entries}\ntype: Opaque"
    lines += [
        Line("Kubernetes Secret", secret, line.split(": ")[1]) for line in entries.splitlines()
    ]
    lines.append(Line("kubeconfig", f"    client-key-data: {(data := chance(B64, 400))}", data))
    return lines


def parted(seed: int = 4) -> list[Line]:
    """Tokens with a sign in them that nobody sees."""
    chance, lines = Chance(seed), []
    for sign in "\u200b\u00ad\u2060\ufeff\u061c\U000e0041":
        secret = "ghp_" + chance(ALNUM, 36)
        lines.append(
            Line(
                "invisible sign within", f"token {secret[:20]}{sign}{secret[20:]} used", secret[20:]
            )
        )
    return lines
