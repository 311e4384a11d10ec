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
# In a browser that translates the times itself.
frame-zone-own = Times are in your time zone, { $zone }.
frame-stuck = Stuck? { $support }
frame-support = Contact support

## Buttons, links and marks of many pages

cancel = Cancel
back-home = Back to home
back-keys = Back to API Keys
# The name of the line of steps above a form, for screen readers.
steps = Steps
# After a step that is behind us, for screen readers.
step-done = (done)

## The choice of a language

language-label = Language
language-change = Change language
language-choose = Choose one of the languages on the page.

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

moment = { $day } { $month } { $year }, { $hour }:{ $minute } { $half } { $zone }
# A time of day alone.
moment-clock = { $hour }:{ $minute } { $half } { $zone }
moment-am = am
moment-pm = pm
moment-january = Jan
moment-february = Feb
moment-march = Mar
moment-april = Apr
moment-may = May
moment-june = Jun
moment-july = Jul
moment-august = Aug
moment-september = Sep
moment-october = Oct
moment-november = Nov
moment-december = Dec
time-left-moment = in less than a minute
time-left-minutes = in { $minutes } min
time-left-hours = in { $hours } h
time-left-hours-minutes = in { $hours } h { $minutes } min
time-left-days =
    { $days ->
        [one] in { $days } day
       *[other] in { $days } days
    }
