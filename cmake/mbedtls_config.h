#pragma once

// The whole of mbed TLS that the wasm core takes: hashing. Signatures are the platform's (WebCrypto).
#define MBEDTLS_SHA256_C
