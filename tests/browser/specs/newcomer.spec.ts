// The whole way of somebody who has never been here, on each brand: from the letter that invites them to a Live key that was
// replaced without an outage. Every step is kept as a picture: in `results/newcomer`, and in the report.

import path from "node:path";

import type { Page, TestInfo } from "@playwright/test";

import { BRANDS } from "../brands.js";
import { logInToConsole } from "../console.js";
import { expect, test } from "../story.js";

const PAUSE = 31_000;
const OWNER = { role: "owner", email: "asha@books.example", password: "four words on paper", mobile: null, two_factor: false };

/** Keeps what a page shows at each step, in order. */
function album(folder: string, info: TestInfo): (page: Page, step: string) => Promise<void> {
  let count = 0;
  return async (page, step) => {
    const name = `${String(++count).padStart(2, "0")}-${step.replaceAll(" ", "-")}.png`;
    const picture = await page.screenshot({
      path: path.join(import.meta.dirname, "../results/newcomer", folder, name),
      fullPage: true,
      caret: "hide",
    });
    await info.attach(name, { body: picture, contentType: "image/png" });
  };
}

for (const brand of BRANDS) {
  test(`a newcomer of ${brand.name} goes from the invitation to a Live key that was replaced without an outage`, async ({ page, browser, demo, dashboardOf }, info) => {
    test.slow();
    const dashboard = dashboardOf(brand);
    const keep = album(`${brand.org}-${brand.country}`.toLowerCase(), info);
    const submit = page.getByRole("button", { name: "Submit for review", exact: true });

    // Invited, and a password.
    await demo.openAccount({ org: brand.org, country: brand.country }, "Asha Books", OWNER.email);
    await page.goto(dashboard.url(await demo.invitationLink(OWNER.email)));
    await expect(page.getByText("Asha Books").first()).toBeVisible();
    await keep(page, "invited");
    await dashboard.field("Choose a password").fill(OWNER.password);
    await dashboard.button("Accept invitation").click();
    await expect(dashboard.button("Log out")).toBeVisible();
    await keep(page, "password");

    // The mobile number.
    await page.goto(dashboard.url("/test/profile"));
    await dashboard.verifyMobile(OWNER, brand.newMobile);
    await expect(page.getByText("Verified").first()).toBeVisible();
    await keep(page, "number verified");

    // A Test key.
    await dashboard.openApiKeys("Test");
    const test_ = await dashboard.generate();
    await keep(page, "test key");
    await dashboard.closeDialog();
    expect(await demo.authenticate(test_, "test")).toBe(200);

    // What Live mode asks for: the website or app, and whose business it is.
    await dashboard.openApiKeys("Live");
    await expect(dashboard.button("Generate Key")).toHaveCount(0);
    await keep(page, "what is missing for live keys");
    await page.getByRole("link", { name: "Go to Business website details", exact: true }).click();
    await page.getByLabel("Address").fill("https://books.example");
    for (const [label, name] of [["Terms and conditions", "terms"], ["Privacy policy", "privacy"], ["Refunds and cancellation", "refunds"], ["Contact us", "contact"]] as const) {
      await dashboard.field(label).fill(`https://books.example/${name}`);
    }
    await submit.click();
    await expect(page.getByText("Being checked").first()).toBeVisible();
    await keep(page, "website submitted");
    await page.goto(dashboard.url("/live/activation"));
    await page.getByLabel("Name in your papers").fill("Asha Books Private Limited");
    await page.getByLabel("Type of business").selectOption("private-company");
    await page.getByLabel("Registration number").fill("U1");
    await page.getByLabel("What you sell").fill("Books");
    await submit.click();
    await expect(page.getByText("Being checked").first()).toBeVisible();
    await keep(page, "business submitted");

    // The operator looks at both and approves.
    const desk = await browser.newContext();
    const operator = await desk.newPage();
    await logInToConsole(operator, demo);
    await operator.getByRole("link", { name: "Reviews", exact: true }).click();
    await operator.getByRole("region", { name: "Websites to look at" }).getByRole("link", { name: "Asha Books" }).click();
    await operator.getByRole("button", { name: "Verify website" }).click();
    await expect(operator.getByRole("status").first()).toContainText("The website is verified.");
    await operator.getByRole("button", { name: "Activate account" }).click();
    await expect(operator.getByRole("status").first()).toContainText("The account is activated.");
    await keep(operator, "operator approves");
    await desk.close();

    // A Live key.
    await dashboard.openApiKeys("Live");
    const old = await dashboard.generate();
    await keep(page, "live key");
    await dashboard.closeDialog();
    expect(await demo.authenticate(old, "live")).toBe(200);

    // Replaced, with a day in which both work.
    demo.moveClock(PAUSE);
    await dashboard.button("Regenerate Key").click();
    await dashboard.answerOtp(await demo.nextCode(brand.newMobile));
    await expect(dashboard.choice("in 24 hours")).toBeVisible();
    await keep(page, "regenerate");
    const current = await dashboard.confirmRegenerate("in 24 hours");
    await keep(page, "regenerated in 24 hours");
    await dashboard.closeDialog();
    expect(await demo.authenticate(old, "live")).toBe(200);
    expect(await demo.authenticate(current, "live")).toBe(200);

    // The letter, as it looks in an inbox.
    const letter = await demo.emailTo(OWNER.email, current.keyId);
    expect(letter.text).toContain(brand.name);
    expect(letter.text).toContain(old.keyId);
    expect(letter.text).not.toContain(current.keySecret);
    const inbox = await browser.newContext();
    const mail = await inbox.newPage();
    await mail.setContent(letter.html);
    await keep(mail, "letter");
    await inbox.close();

    // The program has moved on, so the old key is ended early.
    demo.moveClock(PAUSE);
    await dashboard.deactivateNow.click();
    await dashboard.answerOtp(await demo.nextCode(brand.newMobile));
    await keep(page, "last look");
    await dashboard.deactivateNow.click();
    await expect(page.getByRole("heading", { name: "API Keys", level: 1 })).toBeVisible();
    await keep(page, "old key deactivated early");
    expect(await demo.authenticate(old)).toBe(401);
    expect(await demo.authenticate(current, "live")).toBe(200);
  });
}
