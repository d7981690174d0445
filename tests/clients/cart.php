<?php
// A client in the style of the original documentation: cURL, and a file that keeps
// the cookies between calls.
//
//   php cart.php URL JAR login USERNAME KEY
//   php cart.php URL JAR add PRODUCT QUANTITY [multipart]

function call_api($url, $jar, $route, $fields)
{
    $curl = curl_init();

    curl_setopt($curl, CURLOPT_URL, $url . '?route=' . $route);
    curl_setopt($curl, CURLOPT_POST, true);
    curl_setopt($curl, CURLOPT_POSTFIELDS, $fields);
    curl_setopt($curl, CURLOPT_COOKIEJAR, $jar);
    curl_setopt($curl, CURLOPT_COOKIEFILE, $jar);
    curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);

    $response = curl_exec($curl);

    if ($response === false) {
        fwrite(STDERR, curl_error($curl));
        exit(1);
    }

    return json_decode($response, true);
}

function login($url, $jar, $username, $key)
{
    $data = array('username' => $username, 'key' => $key);

    return call_api($url, $jar, 'api/login', http_build_query($data));
}

// An array makes cURL send multipart/form-data, a text the usual form.
function add_to_cart($url, $jar, $product_id, $quantity, $multipart)
{
    $data = array('product_id' => $product_id, 'quantity' => $quantity);
    $fields = $multipart ? $data : http_build_query($data);

    return call_api($url, $jar, 'api/cart/addProduct', $fields);
}

list(, $url, $jar, $what, $first, $second) = $argv;

if ($what == 'login') {
    $result = login($url, $jar, $first, $second);
} else {
    $result = add_to_cart($url, $jar, $first, $second, isset($argv[6]));
}

if (isset($result['success'])) {
    echo 'success: ' . $result['success'];
} else {
    echo 'warning: ' . $result['error']['warning'];
}
