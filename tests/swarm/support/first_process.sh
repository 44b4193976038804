#!/bin/sh
# The first process of a node's process namespace: when it is killed the kernel kills all others, and with the last of
# them the mounts go. dockerd adopts what it finds in /run and /etc/docker, so these are memory of the node's own. The
# nameserver is the node itself, which refuses at once: no lookup of an image has to time out. dockerd is started again
# whenever it ends, once there is no file $SOCKET.hold; its containerd, and the containers, outlive a SIGKILL.
set -e
hostname "$NAME"
mount -t tmpfs none /run
mount -t tmpfs none /etc/docker
mount -t tmpfs -o mode=711 none "$STATE"
mkdir /run/docker /run/containerd
mount --bind "$RESOLV" /etc/resolv.conf
echo "{}" > "$STATE/daemon.json"
while :; do
    dockerd --config-file "$STATE/daemon.json" --data-root "$STATE/data" --exec-root "$STATE/exec" \
        --pidfile "$STATE/pid" --host "unix://$SOCKET" --cgroup-parent "$GROUP" || :
    rm -f "$STATE/pid"
    while [ -e "$SOCKET.hold" ]; do sleep 0.1; done
done
