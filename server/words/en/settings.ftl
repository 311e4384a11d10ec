### Account & Settings: the way to everything that can be set.

settings-website-and-app = Website and app settings
# The name of the same list where a brand does not group it, for screen readers.
settings-all = Settings
settings-keys = API Keys
settings-keys-hint = Generate and regenerate { $mode ->
    [live] Live
   *[test] Test
} keys
settings-website = Business website details
settings-website-hint = Where your customers pay, and whether it is verified
settings-activation = Account activation
settings-activation-hint = Whose business this is, and whether it may take real payments
settings-team-and-profile = Team and profile
settings-team = Manage Team
settings-team-hint = Who can log in to this account, and as what
settings-profile = Your Profile
settings-profile-hint = Mobile number, two-factor authentication, where you are logged in
