#!/usr/bin/env bash
# Что делают с работающим кластером. Адрес — в CLUSTER_URL, папка со свидетельствами — в CERTIFICATES.
#
#   ./cluster.sh state            здоров ли он, какие узлы и указатели
#   ./cluster.sh repository       один раз: назвать кластеру общую папку снимков
#   ./cluster.sh snapshot [ИМЯ]   снимок всех указателей сайта и ждать, пока он готов
#   ./cluster.sh snapshots        какие снимки есть
#   ./cluster.sh restore ИМЯ      вернуть указатели и имя, под которым их спрашивает сайт
#   ./cluster.sh forget ИМЯ       удалить снимок
#   ./cluster.sh pause            перед остановкой узла: копии не переезжают, всё записано
#   ./cluster.sh resume           после запуска узла: ждать, пока все копии целы
set -euo pipefail

url=${CLUSTER_URL:-https://127.0.0.1:9200}
certificates=${CERTIFICATES:-certificates}
indices=${CLUSTER_INDICES:-opyt*}
# Сколько ждать цельности копий: переезд большого указателя длится долго.
patience=${CLUSTER_PATIENCE:-3600}

ask() { # МЕТОД ПУТЬ [JSON]
    local method=$1 path=$2 answer
    local options=(--silent --show-error --fail-with-body --globoff --request "$method" --header 'Content-Type: application/json')
    [[ $url != https:* ]] || options+=(--cacert "$certificates/ca.pem" --cert "$certificates/admin.pem" --key "$certificates/admin.key")
    (($# < 3)) || options+=(--data "$3")
    answer=$(curl "${options[@]}" "$url$path") || { echo "$answer" >&2; return 1; }
    echo "$answer"
}

named() { # ИМЯ
    [[ ${1:-} =~ ^[a-z0-9][a-z0-9._-]*$ ]] || { echo "Нужно имя снимка: строчные латинские буквы, цифры, точка, дефис." >&2; exit 2; }
}

allocation() { # ЗНАЧЕНИЕ
    ask PUT /_cluster/settings "{\"persistent\":{\"cluster.routing.allocation.enable\":$1}}" >/dev/null
}

case ${1:-} in
state)
    ask GET '/_cat/health?v&h=cluster,status,node.total,shards,unassign'
    ask GET '/_cat/nodes?v&h=name,ip,heap.percent,disk.used_percent,cluster_manager'
    ask GET "/_cat/indices/$indices?v&h=index,health,pri,rep,docs.count,store.size"
    ask GET "/_cat/aliases/$indices?v&h=alias,index"
    ;;
repository)
    ask PUT /_snapshot/opyt "{\"type\":\"fs\",\"settings\":{\"location\":\"${SNAPSHOTS_INSIDE:-/srv/snapshots}\",\"compress\":true}}" >/dev/null
    echo "Кластер пишет снимки в общую папку."
    ;;
snapshot)
    name=${2:-$(date -u +%Y-%m-%d-%H%M%S)}
    named "$name"
    made=$(ask PUT "/_snapshot/opyt/$name?wait_for_completion=true&filter_path=snapshot.state" \
        "{\"indices\":\"$indices\",\"include_global_state\":false}")
    [[ $made == *SUCCESS* ]] || { echo "Снимок неполон: $made" >&2; exit 1; }
    echo "$name"
    ;;
snapshots)
    ask GET '/_cat/snapshots/opyt?v&h=id,status,end_time,duration,indices,failed_shards'
    ;;
restore)
    named "${2:-}"
    ask POST "/_snapshot/opyt/$2/_restore?wait_for_completion=true&filter_path=snapshot.shards" \
        "{\"indices\":\"$indices\",\"include_global_state\":false,\"include_aliases\":true}" >/dev/null
    echo "Возвращено из снимка $2."
    ;;
forget)
    named "${2:-}"
    ask DELETE "/_snapshot/opyt/$2" >/dev/null
    echo "Снимок $2 удалён."
    ;;
pause)
    allocation '"primaries"'
    ask POST "/$indices/_flush" >/dev/null
    echo "Узел можно остановить."
    ;;
resume)
    allocation null
    for ((waited = 0; waited < patience; waited += 5)); do
        if ask GET '/_cluster/health?wait_for_status=green&timeout=5s' >/dev/null 2>&1; then
            echo "Все копии целы, можно браться за следующий узел."
            exit 0
        fi
        sleep 1
    done
    echo "За $patience с копии не восстановились, см. ./cluster.sh state" >&2
    exit 1
    ;;
*)
    sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
