// The three brands of the sample and what the page about API keys says of each.

import type { Account, Demo, Member } from "./demo.js";

export type Brand = {
  org: string;
  country: string;
  name: string;
  dashboardName: string;
  /** How labels of this brand spell the verb. */
  deactivate: string;
  /** Whether API Keys stands under "Website and app settings". */
  isGrouped: boolean;
  /** A number that nobody in the sample has, as a person of that country would write it. */
  newMobile: string;
};

export const RAZORPAY: Brand = {
  org: "razorpay",
  country: "IN",
  name: "Razorpay",
  dashboardName: "Razorpay Dashboard",
  deactivate: "Deactivate",
  isGrouped: true,
  newMobile: "+919812345670",
};

export const CURLEC: Brand = {
  org: "razorpay",
  country: "MY",
  name: "Curlec",
  dashboardName: "Curlec Dashboard",
  deactivate: "De-activate",
  isGrouped: true,
  newMobile: "+60123456780",
};

export const AXIS: Brand = {
  org: "axis",
  country: "IN",
  name: "Axis",
  dashboardName: "Dashboard",
  deactivate: "Deactivate",
  isGrouped: false,
  newMobile: "+919812345671",
};

export const BRANDS = [RAZORPAY, CURLEC, AXIS];

/** The account that may have Live keys. */
export function liveAccount(demo: Demo, brand: Brand): Account {
  return account(demo, brand, (candidate) => candidate.activated && candidate.website_verified);
}

/** The account that waits for its activation. */
export function newAccount(demo: Demo, brand: Brand): Account {
  return account(demo, brand, (candidate) => !candidate.activated);
}

function account(demo: Demo, brand: Brand, fits: (account: Account) => boolean): Account {
  const found = demo.brand(brand.org, brand.country).accounts.find(fits);
  if (!found) throw new Error(`the sample of ${brand.name} lacks an account that this test is about`);
  return found;
}

export function member(account: Account, role: string): Member {
  const found = account.members.find((candidate) => candidate.role === role);
  if (!found) throw new Error(`${account.name} has no ${role}`);
  return found;
}
