// A client in the style of the original documentation: axios, and URLSearchParams.
//
//   node cart.mjs URL cookie|token|nothing USERNAME KEY
//
// Prints an object a line: the name of a function, and what it read.

import axios from "axios";

const [baseURL, kind, username, key] = process.argv.slice(2);

async function login() {
  const params = new URLSearchParams();
  params.append("username", username);
  params.append("key", key);

  return axios.post("?route=api/login", params, { baseURL });
}

async function connect() {
  if (kind === "nothing") {
    return axios.create({ baseURL });
  }

  const response = await login();

  if (kind === "token") {
    return axios.create({ baseURL, params: { api_token: response.data.api_token } });
  }

  const cookie = response.headers["set-cookie"][0].split(";")[0];

  return axios.create({ baseURL, headers: { Cookie: cookie } });
}

const api = await connect();

async function addToCart(productId, quantity) {
  const params = new URLSearchParams();
  params.append("product_id", productId);
  params.append("quantity", quantity);

  return (await api.post("?route=api/cart/addProduct", params)).data;
}

async function getCart() {
  return (await api.get("?route=api/cart/products")).data;
}

async function setCustomer(customer) {
  const params = new URLSearchParams(customer);

  return (await api.post("?route=api/customer", params)).data;
}

async function setAddress(kind, address) {
  const params = new URLSearchParams(address);

  return (await api.post(`?route=api/${kind}_address`, params)).data;
}

async function setMethod(kind, code) {
  await api.get(`?route=api/${kind}/methods`);

  const params = new URLSearchParams();
  params.append(`${kind}_method`, code);

  return (await api.post(`?route=api/${kind}_method`, params)).data;
}

async function confirmOrder() {
  return (await api.get("?route=api/order & call = confirm")).data;
}

async function show(name, result) {
  console.log(JSON.stringify({ name, result: await result }));
}

const address = {
  firstname: "Ada",
  lastname: "Lovelace",
  address_1: "Speicherstadt 1",
  city: "Hamburg",
  postcode: "20457",
  country_id: "81",
  zone_id: "1259",
};

await show("confirmOrder", confirmOrder());
await show("addToCart", addToCart(42, 1));
await show("getCart", getCart());
await show(
  "setCustomer",
  setCustomer({
    firstname: "Ada",
    lastname: "Lovelace",
    email: "ada@example.com",
    telephone: "+49 40 123456",
  }),
);
await show("setAddress", setAddress("payment", address));
await show("setAddress", setAddress("shipping", address));
await show("setMethod", setMethod("shipping", "flat.flat"));
await show("setMethod", setMethod("payment", "bank_transfer"));
await show("confirmOrder", confirmOrder());
