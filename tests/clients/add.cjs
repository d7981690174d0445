// A client in the style of the original documentation: an instance of axios whose base
// ends with the script, so that a slash stands between it and the query.

const axios = require("axios");

const api = axios.create({
  baseURL: "https://shop.example/index.php",
  withCredentials: true,
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
});

async function add(fields) {
  const { data } = await api.post(
    "?route=api/cart/addProduct",
    new URLSearchParams(fields),
  );

  if (!data.success) {
    throw new Error(data.error.warning);
  }

  console.log("Added:", data.success);
}

add({ product_id: 42, quantity: 1 }).catch((error) => {
  console.error("API Error:", error);
  throw error;
});
