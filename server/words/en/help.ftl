### What stands around the help pages. The pages themselves are in English, in the folder `help`.

help-all = All help pages
# The name of the list of headings, for screen readers.
help-on-this-page = On this page
# Above a page of which something is missing.
help-broken = A part of this page cannot be shown at the moment. The rest of it holds.
# The name of the links to the page before and the page after, for screen readers.
help-turn = Previous and next page
help-previous = Previous:
help-next = Next:
