### What surrounds every page, and words that all pages share.

frame-skip = Skip to content
frame-ribbon = <strong>Test mode:</strong> nothing here is real. Test keys move no money and see no live payments.
# The name of the mode switch, for screen readers.
frame-mode = Mode
frame-test-mode = Test Mode
frame-live-mode = Live Mode
# The name of the main navigation, for screen readers.
frame-main = Main
frame-settings = Account & Settings
frame-help = Help
# Before the member's name, for screen readers.
frame-member = Member:
frame-profile = Your Profile
frame-log-out = Log out
frame-zone = Times name their time zone.
frame-stuck = Stuck? { $support }
frame-support = Contact support

## Roles

role-owner = Owner
role-admin = Admin
role-manager = Manager
role-operations = Operations
role-finance = Finance
role-support = Support
role-epos = ePos
role-view-only = View-Only

## Time

time-left-moment = in less than a minute
time-left-minutes = in { $minutes } min
time-left-hours = in { $hours } h
time-left-hours-minutes = in { $hours } h { $minutes } min
time-left-days =
    { $days ->
        [one] in { $days } day
       *[other] in { $days } days
    }
