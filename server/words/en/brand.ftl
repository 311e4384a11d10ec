### What a brand calls itself and its actions. Each brand's own names replace these terms.

-brand-name = Keystead
-dashboard-name = Keystead
# English only: some brands spell it with a hyphen.
-deactivate = deactivate
-Deactivate = Deactivate
