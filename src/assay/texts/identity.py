# ruff: noqa: RUF001 # Chinese has punctuation of its own
"""What people are told by the identity provider: on its pages and by `assay trust idp`, by language."""

from typing import TypedDict

__all__ = ["IDENTITY_TEXTS", "LANGUAGES", "IdentityTexts"]

# Texts about passwords are no passwords.


class IdentityTexts(TypedDict):
    """One language. Placeholders in braces are named alike in all languages."""

    # the pages
    sign_in: str
    sign_in_to: str
    sign_in_with_passkey: str
    name: str
    password: str
    wrong_password: str
    too_many_attempts: str
    second_factor: str
    code: str
    code_hint: str
    wrong_code: str
    use_passkey: str
    passkey_failed: str
    passkey_needs_script: str
    passkey_name: str
    or_: str
    continue_: str
    consent: str
    consent_asks: str
    scopes: dict[str, str]
    allow: str
    refuse: str
    log_out: str
    log_out_asks: str
    logged_out: str
    refused: str
    to_account: str
    account: str
    signed_in_as: str
    passkeys: str
    no_passkeys: str
    add_passkey: str
    synced: str
    on_one_device: str
    attestation: str
    last_used: str
    remove: str
    totp: str
    totp_enrolled: str
    enrol_totp: str
    enrol_totp_how: str
    open_in_app: str
    recovery_codes: str
    recovery_codes_how: str
    recovery_codes_left: str
    new_recovery_codes: str
    sessions: str
    this_browser: str
    unknown_browser: str
    end_session: str
    change_password: str
    current_password: str
    new_password: str
    password_changed: str
    password_not_changed: str

    # assay trust idp
    help: str
    up_help: str
    add_account_help: str
    add_client_help: str
    rotate_keys_help: str
    folder_option: str
    host_option: str
    port_option: str
    issuer_option: str
    account_argument: str
    display_name_option: str
    email_option: str
    password_prompt: str
    client_argument: str
    client_name_option: str
    redirect_option: str
    logout_uri_option: str
    authentication_option: str
    jwks_option: str
    first_party_option: str
    introspect_option: str
    audience_option: str
    serving: str
    account_added: str
    client_added: str
    client_secret: str
    keys_rotated: str


ENGLISH: IdentityTexts = {
    "sign_in": "Sign in",
    "sign_in_to": "to go on to {client}",
    "sign_in_with_passkey": "Sign in with a passkey",
    "name": "Name",
    "password": "Password",
    "wrong_password": "The name or the password is wrong.",
    "too_many_attempts": "Too many attempts. Wait a few minutes and try again.",
    "second_factor": "Second step",
    "code": "Code",
    "code_hint": "Six digits from your authenticator app, or one of your recovery codes.",
    "wrong_code": "The code is wrong or was used already. Wait for the next one.",
    "use_passkey": "Use a passkey",
    "passkey_failed": "That did not work. Try again, or use another way to sign in.",
    "passkey_needs_script": "Passkeys need JavaScript; everything else works without it.",
    "passkey_name": "Name of the new passkey",
    "or_": "or",
    "continue_": "Continue",
    "consent": "Allow {client}?",
    "consent_asks": "{client} asks for the following about you, {account}:",
    "scopes": {
        "openid": "to know you again",
        "profile": "your name",
        "email": "your e-mail address",
        "offline_access": "to act for you while you are away, for up to 30 days",
    },
    "allow": "Allow",
    "refuse": "Refuse",
    "log_out": "Log out",
    "log_out_asks": "This ends your session here, and what it gave to services.",
    "logged_out": "You are logged out",
    "refused": "This does not work",
    "to_account": "To your account",
    "account": "Your account",
    "signed_in_as": "Signed in as {name}.",
    "passkeys": "Passkeys",
    "no_passkeys": "None yet. With a passkey you sign in by fingerprint, face or PIN of your device.",
    "add_passkey": "Add a passkey",
    "synced": "synced between devices",
    "on_one_device": "on one device",
    "attestation": "attestation: {format}",
    "last_used": "last used {moment}",
    "remove": "Remove",
    "totp": "Authenticator app",
    "totp_enrolled": "Enrolled.",
    "enrol_totp": "Set up an authenticator app",
    "enrol_totp_how": "Type this key into your authenticator app, then the code that it shows.",
    "open_in_app": "Open in the app on this device",
    "recovery_codes": "Recovery codes",
    "recovery_codes_how": "Keep these where nobody else finds them. Each works once, if you lose your device. "
    "They are not shown again.",
    "recovery_codes_left": "Recovery codes left: {count}.",
    "new_recovery_codes": "Make new ones",
    "sessions": "Where you are signed in",
    "this_browser": "this browser",
    "unknown_browser": "unknown browser",
    "end_session": "End",
    "change_password": "Change password",
    "current_password": "Current password",
    "new_password": "New password, at least 12 characters",
    "password_changed": "The password is changed. All other sessions were ended.",
    "password_not_changed": "The current password is wrong, or the new one is easy to guess.",
    "help": "An OpenID Connect provider: passwords, one-time codes, passkeys.",
    "up_help": "Serve the provider until Ctrl-C.",
    "add_account_help": "Add a person's account. The password is asked for, or read from the standard input.",
    "add_client_help": "Add a program that people sign in to, or replace the one of that id.",
    "rotate_keys_help": "Make new signing keys now; they sign once clients had time to learn of them.",
    "folder_option": "Where the provider keeps its data.",
    "host_option": "The address to listen on.",
    "port_option": "The port to listen on; 0: a free one.",
    "issuer_option": "Its URL as people reach it, https://HOST. Without it: http://localhost:PORT.",
    "account_argument": "What the person signs in with.",
    "display_name_option": "What the person is called.",
    "email_option": "An e-mail address.",
    "password_prompt": "Password",
    "client_argument": "The client_id.",
    "client_name_option": "What people see.",
    "redirect_option": "Where codes may be sent; may be given several times.",
    "logout_uri_option": "Where people may be sent after logging out; may be given several times.",
    "authentication_option": "none, client_secret_basic or private_key_jwt.",
    "jwks_option": "A file with the client's public keys, for private_key_jwt.",
    "first_party_option": "Do not ask people for their consent.",
    "introspect_option": "It may ask about all tokens.",
    "audience_option": "Who its access tokens are for.",
    "serving": "{issuer} is ready",
    "account_added": "added {name}",
    "client_added": "added {name}",
    "client_secret": "secret, shown this once: {secret}",
    "keys_rotated": "new keys are published",
}

CHINESE: IdentityTexts = {
    "sign_in": "登录",
    "sign_in_to": "登录后继续访问 {client}",
    "sign_in_with_passkey": "使用通行密钥登录",
    "name": "用户名",
    "password": "密码",
    "wrong_password": "用户名或密码错误。",
    "too_many_attempts": "尝试次数过多。请等待几分钟后重试。",
    "second_factor": "第二步验证",
    "code": "验证码",
    "code_hint": "身份验证器应用中的六位数字，或一个恢复码。",
    "wrong_code": "验证码错误或已被使用。请等待下一个验证码。",
    "use_passkey": "使用通行密钥",
    "passkey_failed": "操作未成功。请重试，或换一种方式登录。",
    "passkey_needs_script": "通行密钥需要 JavaScript；其他功能无需它也能使用。",
    "passkey_name": "新通行密钥的名称",
    "or_": "或",
    "continue_": "继续",
    "consent": "允许 {client}？",
    "consent_asks": "{client} 请求获得您（{account}）的以下信息：",
    "scopes": {
        "openid": "识别您的身份",
        "profile": "您的姓名",
        "email": "您的电子邮件地址",
        "offline_access": "在您离开时代表您操作，最长 30 天",
    },
    "allow": "允许",
    "refuse": "拒绝",
    "log_out": "退出登录",
    "log_out_asks": "这将结束您在此处的会话，并撤销它授予各服务的权限。",
    "logged_out": "您已退出登录",
    "refused": "无法完成此操作",
    "to_account": "前往您的账户",
    "account": "您的账户",
    "signed_in_as": "已登录：{name}。",
    "passkeys": "通行密钥",
    "no_passkeys": "尚无。有了通行密钥，您可以用设备的指纹、面容或 PIN 码登录。",
    "add_passkey": "添加通行密钥",
    "synced": "在设备间同步",
    "on_one_device": "仅在一台设备上",
    "attestation": "证明：{format}",
    "last_used": "上次使用 {moment}",
    "remove": "移除",
    "totp": "身份验证器应用",
    "totp_enrolled": "已设置。",
    "enrol_totp": "设置身份验证器应用",
    "enrol_totp_how": "在身份验证器应用中输入此密钥，然后输入应用显示的验证码。",
    "open_in_app": "在本设备的应用中打开",
    "recovery_codes": "恢复码",
    "recovery_codes_how": "请将这些恢复码保存在他人找不到的地方。丢失设备时，每个恢复码可用一次。它们不会再次显示。",
    "recovery_codes_left": "剩余恢复码：{count}。",
    "new_recovery_codes": "重新生成",
    "sessions": "您的登录位置",
    "this_browser": "此浏览器",
    "unknown_browser": "未知浏览器",
    "end_session": "结束",
    "change_password": "更改密码",
    "current_password": "当前密码",
    "new_password": "新密码，至少 12 个字符",
    "password_changed": "密码已更改。所有其他会话已结束。",
    "password_not_changed": "当前密码错误，或新密码容易被猜到。",
    "help": "OpenID Connect 身份提供方：密码、一次性验证码、通行密钥。",
    "up_help": "提供服务，直到按下 Ctrl-C。",
    "add_account_help": "添加一个人的账户。密码会在提示后输入，或从标准输入读取。",
    "add_client_help": "添加人们登录的程序，或替换同一 id 的程序。",
    "rotate_keys_help": "立即生成新的签名密钥；待客户端有时间获知后开始使用。",
    "folder_option": "保存数据的文件夹。",
    "host_option": "监听的地址。",
    "port_option": "监听的端口；0 表示任一空闲端口。",
    "issuer_option": "人们访问它的 URL，https://HOST。未给出时：http://localhost:PORT。",
    "account_argument": "登录时使用的用户名。",
    "display_name_option": "此人的称呼。",
    "email_option": "电子邮件地址。",
    "password_prompt": "密码",
    "client_argument": "client_id。",
    "client_name_option": "人们看到的名称。",
    "redirect_option": "授权码可以发往的地址；可多次给出。",
    "logout_uri_option": "退出登录后可以前往的地址；可多次给出。",
    "authentication_option": "none、client_secret_basic 或 private_key_jwt。",
    "jwks_option": "客户端公钥文件，用于 private_key_jwt。",
    "first_party_option": "不询问人们是否同意。",
    "introspect_option": "可以查询所有令牌。",
    "audience_option": "其访问令牌的接收方。",
    "serving": "{issuer} 已就绪",
    "account_added": "已添加 {name}",
    "client_added": "已添加 {name}",
    "client_secret": "密钥，仅显示这一次：{secret}",
    "keys_rotated": "新密钥已发布",
}

LANGUAGES: dict[str, IdentityTexts] = {"en": ENGLISH, "zh-Hans": CHINESE}
"""By BCP 47 tag."""

IDENTITY_TEXTS = ENGLISH
"""The catalogue of the command line."""
