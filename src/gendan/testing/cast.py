"""The fixed cast of all tests: one person per role, and a stranger who may see nothing."""

from django.contrib.auth.models import Group

from gendan.kernel.models import User

# username → (name, role)
CAST = {
    "mei": ("Mei 王美", "merchandiser"),
    "jun": ("Jun 李军", "merchandiser"),
    "sun": ("Sun 孙莉", "sales"),
    "ping": ("Ping 周平", "planner"),
    "gang": ("Gang 吴刚", "production"),
    "ou": ("Ou 欧阳", "operator"),
    "bo": ("Bo 陈波", "buyer"),
    "wen": ("Wen 赵文", "warehouse"),
    "qiu": ("Qiu 秋玲", "inspector"),
    "lin": ("Lin 林海", "logistics"),
    "su": ("Su 苏青", "service"),
    "fang": ("Fang 方芳", "finance"),
    "zhao": ("Zhao 赵总", "manager"),
    "stranger": ("Stranger", ""),
}


def person(username: str) -> User:
    """A member of the cast, made when first asked for; tests sign in with force_login."""
    name, role = CAST[username]
    user, made = User.objects.get_or_create(
        username=username, defaults={"name": name, "language": "en"}
    )
    if made:
        user.set_unusable_password()  # hashing one for each test would cost seconds
        user.save(update_fields=["password"])
        if role:
            user.groups.add(Group.objects.get(name=role))
    return user
