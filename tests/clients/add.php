<?php
// A client in the style of the original documentation: one call with cURL, and a file
// that a login left in the working directory.

$curl = curl_init();

curl_setopt($curl, CURLOPT_URL, 'https://shop.example/index.php?route=api/cart/addProduct');
curl_setopt($curl, CURLOPT_RETURNTRANSFER, 1);
curl_setopt($curl, CURLOPT_POST, 1);

$fields = array('product_id' => 42, 'quantity' => 1);

curl_setopt($curl, CURLOPT_POSTFIELDS, http_build_query($fields));
curl_setopt($curl, CURLOPT_HTTPHEADER, array('Content-Type: application/x-www-form-urlencoded'));
curl_setopt($curl, CURLOPT_COOKIEJAR, 'cookie.txt');
curl_setopt($curl, CURLOPT_COOKIEFILE, 'cookie.txt');

$answer = json_decode(curl_exec($curl), true);

echo isset($answer['success']) ? $answer['success'] : 'Error: ' . $answer['error']['warning'];
