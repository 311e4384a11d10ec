### The page after login.

home-title = Home
home-hello = Hello, { $name }
home-keys = { $mode } keys
home-keys-working = { $keys } working
home-keys-none = None yet
home-keys-some = Your requests in this mode can be signed in. Regenerate a pair when its secret is lost or may be known to others.
home-keys-first = Make a pair of Key Id and Key Secret and send your first request in a minute.
home-keys-later = Live keys come after the steps on this page are done. Until then, build with Test keys.
home-keys-open = Open { $mode } keys
home-ready = Ready for real payments
home-role = You are in as { $role }
home-role-keys = API keys are kept by the owner and the admins of this account. Your profile and the help pages are open to you.
