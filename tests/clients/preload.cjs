// What a browser would do: send the login's cookie along. Node's axios keeps none.

const axios = require("axios");

axios.defaults.headers.common.Cookie = process.env.COOKIE;
