#!/usr/bin/env bash
# Свидетельства TLS для узлов: свой удостоверяющий центр, ключ и свидетельство на каждый узел и для управления.
#
#   ./certificates.sh ПАПКА n1=10.0.0.1 n2=10.0.0.2 n3=10.0.0.3
#
# Что уже есть, остаётся: ещё один узел добавляют, назвав его в той же команде. ca.key храните отдельно от машин.
set -euo pipefail

((${#@} >= 2)) || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
folder=$1
shift
umask 077
mkdir -p "$folder"
cd "$folder"

if [ ! -e ca.key ]; then
    openssl req -x509 -newkey rsa:3072 -sha256 -nodes -days 3650 -subj /CN=opyt-ca -keyout ca.key -out ca.pem \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
fi

# ИМЯ ПОДПИСЬ_ИМЁН: ключ, запрос и свидетельство на два года.
sign() {
    [ -e "$1.pem" ] && return
    openssl req -new -newkey rsa:3072 -sha256 -nodes -subj "/CN=opyt-$1" -keyout "$1.key" -out "$1.csr" 2>/dev/null
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -sha256 -days 730 -out "$1.pem" \
        -extfile <(printf '%s\n' basicConstraints=CA:FALSE keyUsage=digitalSignature,keyEncipherment \
            extendedKeyUsage=serverAuth,clientAuth ${2:+"subjectAltName=$2"}) 2>/dev/null
    rm "$1.csr"
    echo "$1.pem"
}

for node in "$@"; do
    name=${node%%=*} address=${node#*=}
    [[ $node == ?*=?* && $name =~ ^[a-z0-9-]+$ ]] || { echo "Узел пишут как n1=10.0.0.1, а не «$node»." >&2; exit 2; }
    if [[ $address =~ ^[0-9.]+$|: ]]; then sign "$name" "DNS:$name,IP:$address"; else sign "$name" "DNS:$name,DNS:$address"; fi
done
sign admin ""
