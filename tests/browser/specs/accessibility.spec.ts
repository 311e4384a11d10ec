// Everybody can use it: axe finds nothing in either colour scheme, a phone needs no sideways scrolling, and a
// keyboard is enough.

import { AxeBuilder } from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";

import { shownBy } from "../authenticator.js";
import { BRANDS, type Brand, RAZORPAY, liveAccount, member, newAccount } from "../brands.js";
import type { Dashboard } from "../dashboard.js";
import type { Demo } from "../demo.js";
import { expect, test } from "../story.js";

/** The help pages that look different from each other: pictures and tables, tabs, questions. */
const HELP_PAGES = ["payments/dashboard/settings/api-keys", "api/best-practices", "payments/dashboard/faqs"].map(
  (page) => `/live/help/${page}`,
);

/** Walks over every page of a brand and has each looked at. */
async function visitEveryPage(demo: Demo, dashboard: Dashboard, look: (name: string) => Promise<void>): Promise<void> {
  const { page, brand } = dashboard;
  const account = liveAccount(demo, brand);
  const owner = member(account, "owner");
  const admin = member(account, "admin");
  const open = async (path: string) => {
    await page.goto(dashboard.url(path));
    await look(path);
  };

  await open("/login/forgot");
  await dashboard.field("Email").fill(admin.email);
  await dashboard.button("Send the link").click();
  await look("forgotten password, sent");
  await page.goto(dashboard.url(await demo.resetLink(admin.email)));
  await look("new password");
  await open("/login");
  await dashboard.sendPassword({ ...owner, password: "not the password" });
  await look("login, refused");
  await dashboard.sendPassword(owner);
  await expect(dashboard.field("OTP")).toBeVisible();
  await look("OTP");
  await dashboard.answerOtp(await demo.nextCode(owner.mobile ?? ""));
  await expect(dashboard.button("Log out")).toBeVisible();
  for (const path of ["/test", "/live", "/test/settings", "/test/keys", "/live/website", "/live/activation", "/test/team", "/test/leave", "/test/refusals", "/test/profile", "/test/profile/mobile", "/test/profile/password", "/test/two-factor/app", "/test/two-factor/backup-codes", "/test/help", ...HELP_PAGES, "/test/no-such-page"]) {
    await open(path);
  }
  await page.goto(dashboard.url("/test/team"));
  await dashboard.field("Email").fill("guest@acme.example");
  await dashboard.button("Send invitation").click();
  await look("team, somebody invited");
  await page.getByRole("link", { name: "Manage", exact: true }).first().click();
  await look("a member");
  await page.getByRole("link", { name: /ownership|owner/i }).first().click();
  await look("make somebody the owner");
  await dashboard.openApiKeys("Test");
  await dashboard.generate();
  await look("the pair, shown once");
  await dashboard.closeDialog();
  await look("keys, one");
  await page.getByRole("link", { name: "Limits", exact: true }).click();
  await look("limits, none");
  await dashboard.field("Allowed addresses").fill("192.0.2.7/24");
  await dashboard.button("Save").click();
  await look("limits, refused");
  await dashboard.field("Allowed addresses").fill("192.0.2.0/24\n2001:db8:1111:2222:3333:4444:5555:6666");
  await dashboard.button("Save").click();
  await look("limits, saved");
  await page.goto(dashboard.url("/test/keys"));
  await dashboard.beginRegenerate();
  await look("regenerate");
  await dashboard.confirmRegenerate("in 24 hours");
  await look("the new pair, shown once");
  await dashboard.closeDialog();
  await look("keys, one retiring");
  await dashboard.beginRegenerate();
  await look("regenerate while one is retiring");
  await page.goto(dashboard.url("/test/keys"));
  await dashboard.deactivateNow.click();
  await look("deactivate");
  await dashboard.deactivateNow.click();
  await expect(page.getByRole("heading", { name: "API Keys", level: 1 })).toBeVisible();
  await look("keys, one ended");
  await dashboard.logOut();

  await dashboard.logIn(admin);
  await dashboard.openApiKeys("Test");
  await dashboard.button("Regenerate Key").click();
  await expect(dashboard.field("Mobile number")).toBeVisible();
  await look("mobile number");
  await open("/test/two-factor/app");
  await dashboard.field("Password").fill(admin.password);
  await dashboard.button("Set up").click();
  const key = await page.getByTestId("totp-secret").innerText();
  await look("authenticator app");
  await dashboard.answerOtp(shownBy(key, demo.now));
  await expect(page.getByTestId("backup-code")).toHaveCount(10);
  await look("backup codes");
  await dashboard.logOut();

  await open(await demo.invitationLink("guest@acme.example"));
  await dashboard.field("Your name").fill("A guest");
  await dashboard.field("Choose a password").fill("four words on paper");
  await dashboard.button("Accept invitation").click();
  await expect(dashboard.button("Log out")).toBeVisible();
  await open("/test/two-factor");
  await open("/test/keys");
  await dashboard.logOut();

  await dashboard.logIn(member(newAccount(demo, brand), "owner"));
  await open("/live/keys");
  await page.goto(new URL("/demo", demo.publicUrl).href);
  await look("/demo");
  await page.goto(new URL("/demo/messages", demo.publicUrl).href);
  await look("/demo/messages");
}

/** Colours differ between the schemes and nothing else, so dark is asked about colours alone. */
async function expectAccessible(page: Page, name: string): Promise<void> {
  await expectNoViolation(new AxeBuilder({ page }), name);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectNoViolation(new AxeBuilder({ page }).withRules(["color-contrast"]), `${name}, dark`);
  await page.emulateMedia({ colorScheme: "light" });
}

async function expectNoViolation(axe: AxeBuilder, name: string): Promise<void> {
  const { violations } = await axe.analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  expect(found, name).toEqual([]);
}

async function expectNoSidewaysScroll(page: Page, name: string): Promise<void> {
  const { wide, room } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    room: document.documentElement.clientWidth,
  }));
  expect(wide, name).toBeLessThanOrEqual(room);
}

for (const brand of BRANDS) {
  test(`axe finds nothing on any page of ${brand.name}, light and dark`, async ({ page, demo, dashboardOf }) => {
    test.slow();
    // A colour on its way from one scheme to the other belongs to neither.
    await page.emulateMedia({ reducedMotion: "reduce" });
    await visitEveryPage(demo, dashboardOf(brand), (name) => expectAccessible(page, name));
  });

  test.describe(`${brand.name} on a phone`, () => {
    test.use({ viewport: { width: 360, height: 740 }, hasTouch: true });

    test("no page scrolls sideways", async ({ page, demo, dashboardOf }) => {
      test.slow();
      await visitEveryPage(demo, dashboardOf(brand), (name) => expectNoSidewaysScroll(page, name));
    });
  });
}

/** Presses Tab until the element has the focus, and sees that the focus can be seen. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  const isFocused = () => target.evaluate((element) => element === document.activeElement);
  for (let presses = 0; !(await isFocused()); presses++) {
    if (presses === 60) throw new Error(`60 presses of Tab do not reach ${target}`);
    await page.keyboard.press("Tab");
  }
  const isVisible = await target.evaluate((element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" || style.boxShadow !== "none";
  });
  expect(isVisible, `${target} shows that it has the focus`).toBe(true);
}

async function press(page: Page, target: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

test("a keyboard is enough to log in, generate and regenerate", async ({ page, demo, dashboardOf }) => {
  const brand: Brand = RAZORPAY;
  const dashboard = dashboardOf(brand);
  const owner = member(liveAccount(demo, brand), "owner");

  await page.goto(dashboard.url("/login"));
  await tabTo(page, dashboard.field("Email"));
  await page.keyboard.type(owner.email);
  await tabTo(page, dashboard.field("Password"));
  await page.keyboard.type(owner.password);
  await page.keyboard.press("Enter");
  await tabTo(page, dashboard.field("OTP"));
  await page.keyboard.type(await demo.nextCode(owner.mobile ?? ""));
  await page.keyboard.press("Enter");

  await press(page, page.getByRole("link", { name: "Account & Settings", exact: true }));
  await press(page, page.getByRole("link", { name: "API Keys", exact: true }));
  await press(page, dashboard.button("Generate Key"));
  const old = await dashboard.shownPair();
  await press(page, dashboard.button("Copy Key Secret"));
  await press(page, dashboard.dialog.getByRole("link", { name: "Done", exact: true }));

  await press(page, dashboard.button("Regenerate Key"));
  await tabTo(page, dashboard.choice("immediately"));
  await page.keyboard.press("ArrowDown");
  await expect(dashboard.choice("in 24 hours")).toBeChecked();
  await page.keyboard.press("ArrowUp");
  await expect(dashboard.choice("immediately")).toBeChecked();
  await press(page, dashboard.button("Regenerate Key"));

  const current = await dashboard.shownPair();
  expect(await demo.authenticate(old)).toBe(401);
  expect(await demo.authenticate(current)).toBe(200);
});

test("the first Tab offers to skip to the content", async ({ page, dashboardOf }) => {
  await page.goto(dashboardOf(RAZORPAY).url("/login"));
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const skip = page.getByRole("link", { name: /skip/i });
  await tabTo(page, skip);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});
