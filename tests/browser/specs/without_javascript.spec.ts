// The whole main path with JavaScript switched off: every action is a form or a link.

import { BRANDS, liveAccount, member } from "../brands.js";
import { expect, test } from "../story.js";

test.use({ javaScriptEnabled: false });

for (const brand of BRANDS) {
  test(`${brand.name} without JavaScript: log in, generate, regenerate, deactivate`, async ({ page, demo, dashboardOf }) => {
    const dashboard = dashboardOf(brand);
    await dashboard.logIn(member(liveAccount(demo, brand), "owner"));
    await dashboard.openApiKeys("Live");
    const old = await dashboard.generate();
    expect(await demo.authenticate(old)).toBe(200);

    // A button that cannot do anything must not be offered; the download is a link and needs no script.
    await expect(dashboard.button("Copy Key Id")).toHaveCount(0);
    await expect(dashboard.dialog.getByText("Download Key Details")).toBeVisible();
    const created = page.getByRole("dialog");
    await expect(created).toContainText(/only this once|shown once/i);
    await dashboard.closeDialog();

    await dashboard.beginRegenerate();
    await expect(page.getByRole("main").locator("time").first()).toContainText(/[A-Z]{2,}/);
    const current = await dashboard.confirmRegenerate("in 24 hours");
    await dashboard.closeDialog();
    await expect(dashboard.row(old)).toContainText("Works until");

    await dashboard.deactivateNow.click();
    await dashboard.deactivateNow.click();
    await expect(page.getByRole("heading", { name: "API Keys", level: 1 })).toBeVisible();
    expect(await demo.authenticate(old)).toBe(401);
    expect(await demo.authenticate(current)).toBe(200);
    await dashboard.logOut();
  });
}
