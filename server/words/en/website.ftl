### What live mode asks for: Business website details, account activation, and the list of what is still missing.

## The list of what live mode asks for

gate-title = Before you can generate Live keys
gate-intro = Live keys move real money, so two things come first. Test keys work right away.
gate-who = The owner or an admin of this account can see to it.
gate-activation = Account activation
gate-activation-done = Your account may take real payments.
gate-activation-open = Tell us whose business this is. We check it within three working days.
gate-activation-waiting = Submitted { $since }. We are checking it; this takes up to three working days, and we write to the owner.
gate-activation-returned = Returned { $at }: “{ $reason }” Mend it and submit again.
gate-activation-enter = Enter your business details
gate-activation-see = See what you submitted
gate-activation-mend = Mend your business details
gate-website = A verified website or app
gate-website-done = We have seen where your customers will pay.
gate-website-open = Tell us where your customers will pay. We look at it within three working days.
gate-website-waiting = Submitted { $since }. We are looking at it; this takes up to three working days, and we write to the owner.
gate-website-returned = Returned { $at }: “{ $reason }” Mend it and submit again.
gate-website-enter = Go to Business website details
gate-website-see = See what you submitted
gate-website-mend = Mend your website details
gate-ready = Ready
gate-steps-left = { $steps ->
    [one] 1 step left
   *[other] { $steps } steps left
}

## Both pages

review-none = None yet
review-waiting = Being checked
review-verified = Verified
review-activated = Activated
review-returned = Returned
review-since = Submitted { $since }
review-takes = We look at it within three working days and write to the owner.
review-reason = This has to be mended
review-returned-at = Returned { $at }. Mend it below and submit it again.
review-returned-reader = Returned { $at }. The owner or an admin can mend it and submit it again.
review-who = The owner or an admin of this account can enter it.
review-submit = Submit for review
review-longer = Waiting longer than three working days? { $support }
review-longer-link = Write to us
review-longer-nobody = Waiting longer than three working days? Talk to the person who set up your account.
review-nothing = Nothing was saved. Mend the field that is marked, and submit again.

## Business website details

website-title = Business website details
website-group = Website and app settings
website-section = Website or app
website-none = There is no address yet. Live keys can be generated once we know where your customers pay, and have looked at it.
website-kind-website = Website
website-kind-app = App
website-address = Address
website-terms = Terms and conditions
website-privacy = Privacy policy
website-refunds = Refunds and cancellation
website-contact = Contact us
website-note = Test login
website-verified-at = Verified { $at }. Live keys can be generated.
website-verified-alone = Verified { $at }.
website-form-new = Tell us where your customers pay
website-form-change = Change it
website-form-mend = Mend it and submit again
website-kind = Where do your customers pay?
website-kind-website-hint = On pages that they open in a browser.
website-kind-app-hint = In an app that they install from a store.
website-address-hint = The full address: of the website, or of the app's page in its store.
website-terms-hint = Full addresses of the pages that your customers can read. For an app the privacy policy is enough.
website-policies = Policies
website-note-label = Test login, if one is needed
website-note-hint = How we get in to see the page where customers pay. Use a login made for this, never your own.
website-change-verified = Another address is looked at anew: until it is verified, no new Live key can be generated. The keys you have go on working and can be regenerated. Changing only the policies or the test login needs no review.
website-change-waiting = What you submit takes the place of what is being checked.
website-error-address = Give the full public address, such as https://shop.example, without a user name or password in it.
website-error-store = For an app, give its page in the store, such as https://play.google.com/store/apps/details?id=….
website-error-kind = This is an app's page in a store; choose App.
website-error-page = Give the page's full address, such as https://shop.example/terms.
website-error-note = Give at most 500 characters.

## Account activation

activation-title = Account activation
activation-section = Your business
activation-none = Before your account may take real payments we have to know whose business it is. Test mode works meanwhile, with everything in it.
activation-done = Your account may take real payments. To change your business details, write to support.
activation-legal-name = Name in your papers
activation-type = Type of business
activation-type-choose = Choose one
activation-registration = Registration number
activation-registration-hint = The number under which the business is registered or taxed. Individuals may leave it out.
activation-sells = What you sell
activation-sells-hint = One sentence is enough, such as: school books, sold on our own website.
activation-form-new = Tell us whose business it is
activation-form-change = Change it
activation-form-mend = Mend it and submit again
activation-change-waiting = What you submit takes the place of what is being checked.
activation-before = We check what you tell within three working days. Your account is activated or we write what has to be mended.
activation-state = Account activation
activation-open = Open account activation
activation-error-name = Give the name as it stands in your papers, in 2 to 200 characters.
activation-error-type = Choose what your business is.
activation-error-registration = Give the number under which the business is registered; only individuals may leave it out.
activation-error-sells = Say in 3 to 200 characters what you sell.

business-individual = Individual, not registered
business-proprietorship = Proprietorship
business-partnership = Partnership
business-limited-partnership = Limited liability partnership
business-private-company = Private company
business-public-company = Public company
business-non-profit = Trust, society or other body without profit
