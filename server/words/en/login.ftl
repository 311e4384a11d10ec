### Logging in, one-time passwords, the mobile number.

login-title = Log in
login-to = to { -dashboard-name }
login-email = Email
login-password = Password
login-button = Log in
login-back = Back to log in
login-forgot = Forgot your password?

## The page that asks for a code

otp-title = Enter your OTP
otp-label = OTP
otp-verify = Verify
otp-resend = Resend OTP
otp-send = Send OTP
# $purpose says what the code is for, as a part of the sentence: "to regenerate your Live key …".
otp-needed = You need a code { $purpose }.
otp-sent = We sent a 6-digit code by SMS to <nowrap>{ $number }</nowrap>. It works once, until { $until }.
otp-delayed =
    The SMS with your 6-digit code to <nowrap>{ $number }</nowrap> could not be sent yet. We go on trying; the code works until { $until }. If it does not come, press Resend OTP.
otp-sent-email = We sent a 6-digit code by e-mail to <nowrap>{ $address }</nowrap>. It works once, until { $until }.
otp-delayed-email =
    The e-mail with your 6-digit code to <nowrap>{ $address }</nowrap> could not be sent yet. We go on trying; the code works until { $until }. If it does not come, press Resend OTP.
otp-app = Open your authenticator app and type the 6-digit code that it shows for { -brand-name }.
otp-app-first = We ask for a code of your authenticator app, to make sure that it is you.
otp-app-over = No code was typed in time, or too many were wrong. Start again.
otp-app-begin = Continue
otp-app-again = Start again
otp-backup-label = Backup code
otp-backup-hint = One of the codes you wrote down. Each works once.
otp-use-backup = Use a backup code
otp-use-usual = Use the usual code
otp-lost-phone = Has the phone with this number gone since you logged in?
otp-by-email = Send the code by e-mail
otp-over = The code we sent to <nowrap>{ $number }</nowrap> cannot be used any more. Ask for a new one.
otp-not-sent = We send a 6-digit code by SMS to <nowrap>{ $number }</nowrap> when you press the button.
# $shown is the number of seconds as it is printed; a browser counts it down.
otp-wait =
    { $seconds ->
        [one] A new code can be sent in { $shown } second.
       *[other] A new code can be sent in { $shown } seconds.
    }
otp-wait-over = You can ask for a new code now.
otp-another = No SMS after a minute? Ask for another code. Only the newest one works.
otp-never-tell = Never tell this code to anybody. Nobody at { -brand-name } will ask you for it.
otp-sent-for-another-login = Your number got a code for another login a moment ago, so none was sent for this one yet.
otp-wrong =
    { $tries ->
        [0] That code is not right, and there are no attempts left. Ask for a new one.
        [one] That code is not right. { $tries } attempt left.
       *[other] That code is not right. { $tries } attempts left.
    }
otp-expired = That code has expired. Ask for a new one.

## What a code is for, as it stands in otp-needed and mobile-verify-reason

purpose-log-in = to log in to { -dashboard-name }
purpose-generate-live = to generate a Live key
purpose-regenerate = to regenerate your { $mode } key { $key }
purpose-deactivate = to { -deactivate } your { $mode } key { $key }
purpose-change-limits = to change the limits of your { $mode } key { $name }
purpose-verify-mobile = to verify this mobile number
purpose-two-factor-on = to turn on two-factor authentication
purpose-two-factor-off = to turn off two-factor authentication
purpose-change-mobile = to change your mobile number
purpose-change-app = to set up or change your authenticator app
purpose-backup-codes = to get new backup codes
purpose-change-password = to change your password

## The page that asks for a mobile number

mobile-verify = Verify your mobile number
mobile-verify-reason = We send a code to your mobile { $purpose }. You have not verified a number yet.
mobile-change = Change your mobile number
mobile-change-reason = We send a code to the new number. Your old number stays until that code is entered.
mobile-label = Mobile number
mobile-hint = Without a country code we take it as { $code }. The code comes by SMS.
mobile-password = Password
mobile-password-hint = The one you log in with, so that nobody else can put their number here.
mobile-other-country = Codes are not sent to numbers of that country. Use another number.

## Steps above these pages

step-mobile = Mobile number
step-otp = OTP
